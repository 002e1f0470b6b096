import type { CodegenConfig } from '@graphql-codegen/cli';

// Strings on the wire: a Decimal must never become a float.
const scalars = { DateTime: 'string', Decimal: 'string', CurrencyCode: 'string' };

export default {
  schema: '../../schema/api.graphql', // Or the address of a running shop: http://localhost:4000/graphql
  documents: 'src/**/*.{ts,tsx}',
  generates: {
    'src/gql/': { preset: 'client', presetConfig: { fragmentMasking: false }, config: { scalars, useTypeImports: true } },
    // Which types are a UserError, and which a Node: without this Apollo drops what `... on UserError` selects.
    'src/gql/possible-types.ts': { plugins: ['fragment-matcher'] },
  },
} satisfies CodegenConfig;

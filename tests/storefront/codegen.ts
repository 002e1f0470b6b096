import type { CodegenConfig } from '@graphql-codegen/cli';

export default {
  schema: '../../schema/api.graphql',
  documents: 'src/**/*.{ts,tsx}',
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Strings on the wire: a Decimal must never become a float.
        scalars: { DateTime: 'string', Decimal: 'string', CurrencyCode: 'string' },
        useTypeImports: true,
      },
    },
    // Which types implement UserError and Node: without it Apollo drops `... on UserError` silently.
    'src/gql/possible-types.ts': { plugins: ['fragment-matcher'], config: { useExplicitTyping: true } },
  },
} satisfies CodegenConfig;

import { absolute } from './address';
import { client } from './client';
import { graphql } from './gql';

const ANNOUNCE = graphql(`mutation UploadImage($input: UploadImageInput!) {
  uploadImage(input: $input) { image { id } uploadUrl userErrors { ...Errors } } }`);

/** Announces an image, and sends its bytes to the address that the answer names. Only then a product can show it. */
export async function upload(file: File, alt: string) {
  const input = { filename: file.name, contentType: file.type, size: file.size, alt, idempotencyKey: crypto.randomUUID() };
  const { image, uploadUrl, userErrors } = (await client.mutate({ mutation: ANNOUNCE, variables: { input } })).data!.uploadImage;
  if (!image || !uploadUrl) return { userErrors };
  const sent = await fetch(absolute(uploadUrl), { method: 'PUT', headers: { 'content-type': file.type }, body: file });
  return sent.ok ? { id: image.id, userErrors } : { userErrors: [(await sent.json()).error as { message: string }] };
}

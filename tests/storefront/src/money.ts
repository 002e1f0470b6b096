/** An amount for people. It stays a string: a float would lose digits, and `Intl` takes strings. */
export const money = (price: { amount: string; currencyCode: string } | null | undefined) =>
  price && new Intl.NumberFormat(undefined, { style: 'currency', currency: price.currencyCode }).format(price.amount as `${number}`);

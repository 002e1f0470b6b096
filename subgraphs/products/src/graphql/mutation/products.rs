//! Products: add, change, delete.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use kit::{
    Result,
    caller::{RequiresScope, user},
    idempotency::Claim,
    money::MoneyInput,
};
use uuid::Uuid;

use super::payload::payload;
use crate::{
    domain::{
        ProductId,
        product::{MAX_CATEGORIES, MAX_IMAGES},
    },
    graphql::{
        errors::{UserError, path},
        input::{Checks, optional},
        product::Product,
        shop,
    },
    repository::product_writes::{self, NewProduct, ProductChange},
};

/// The part of `Mutation` that is about products.
#[derive(Default)]
pub struct ProductMutation;

/// A product to be.
#[derive(InputObject)]
pub struct AddProductInput {
    /// 1 to 200 characters in one line; unique among the products on sale, without regard to case.
    title: String,
    /// At most 10,000 characters.
    #[graphql(default)]
    description: String,
    /// What one costs; not negative.
    price: MoneyInput,
    /// The categories it is in, at most 20.
    #[graphql(default)]
    category_ids: Vec<ID>,
    /// How many there are at first.
    #[graphql(default)]
    initial_stock: i32,
    /// Letters a to z, digits and hyphens; made from the title when absent.
    slug: Option<String>,
    /// The images it shows, in this order, at most 20; see `uploadImage`.
    #[graphql(default)]
    image_ids: Vec<ID>,
    /// 8 to 255 characters of your choice. The same key with the same input adds the product once, however often it is
    /// sent. Without one, a repeated request is refused: the title is taken.
    idempotency_key: Option<String>,
}

/// What changes of a product; what is absent stays.
#[derive(InputObject)]
pub struct UpdateProductInput {
    /// The product.
    id: ID,
    /// The version that you saw: refused with `CONFLICT` when somebody else changed the product since.
    expected_version: Option<i32>,
    /// Its new title; its slug stays.
    title: Option<String>,
    /// Its new description.
    description: Option<String>,
    /// Its new price; orders that were placed keep theirs.
    price: Option<MoneyInput>,
    /// All categories it shall be in.
    category_ids: Option<Vec<ID>>,
    /// Its new slug; the old one leads to the product until another product takes it.
    slug: Option<String>,
    /// All images it shall show, in this order.
    image_ids: Option<Vec<ID>>,
}

/// The product to take off sale.
#[derive(InputObject)]
pub struct DeleteProductInput {
    /// The product.
    id: ID,
    /// The version that you saw: refused with `CONFLICT` when somebody else changed the product since.
    expected_version: Option<i32>,
}

/// What `addProduct` did.
#[derive(SimpleObject)]
pub struct AddProductPayload {
    /// The product as it is now; null when nothing was written.
    product: Option<Product>,
    /// Whether this had been done before, by the same key.
    replayed: bool,
    /// Why nothing was written; empty when something was.
    user_errors: Vec<UserError>,
}

payload!("What `updateProduct` did.", UpdateProductPayload, product: Product);
payload!("What `deleteProduct` did.", DeleteProductPayload, product: Product);

#[Object]
impl ProductMutation {
    /// Puts a product on sale, once per `idempotencyKey` where there is one. For those with the scope `catalog:write`. Codes:
    /// `REQUIRED`, `TOO_LONG`, `INVALID`, `INVALID_AMOUNT`, `INVALID_CURRENCY`, `INVALID_QUANTITY`, `INVALID_ID`, `TOO_MANY`,
    /// `TAKEN`, `CATEGORY_NOT_FOUND`, `IMAGE_NOT_FOUND`, `INVALID_IDEMPOTENCY_KEY`, and `IDEMPOTENCY_KEY_MISMATCH` as an
    /// `IdempotencyError`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn add_product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new product.")] input: AddProductInput,
    ) -> Result<AddProductPayload> {
        let (new, claim) = match input.check(user(context)?.id) {
            Ok(checked) => checked,
            Err(errors) => return Ok(AddProductPayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match product_writes::add(&shop.database, &shop.clock, &new, claim.as_ref()).await? {
            Ok((product, replayed)) => {
                AddProductPayload { product: Some(Product(product)), replayed, user_errors: Vec::new() }
            }
            Err(refused) => AddProductPayload::refused(vec![refused.into()]),
        })
    }

    /// Changes a product on sale. For those with the scope `catalog:write`. Codes: those of `addProduct`,
    /// `PRODUCT_NOT_FOUND`, and `CONFLICT` as a `ConflictError`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn update_product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which product, and what to change of it.")] input: UpdateProductInput,
    ) -> Result<UpdateProductPayload> {
        let (id, change) = match input.check() {
            Ok(checked) => checked,
            Err(errors) => return Ok(UpdateProductPayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match product_writes::update(&shop.database, &shop.clock, id, &change).await? {
            Ok(product) => UpdateProductPayload::done(Product(product)),
            Err(refused) => UpdateProductPayload::refused(vec![refused.into()]),
        })
    }

    /// Takes a product off sale for good: it is archived. Lists and `product` hide it, its title and slug are free
    /// again, old orders still reach it. For those with the scope `catalog:write`. Codes: `INVALID_ID`,
    /// `PRODUCT_NOT_FOUND`, and `CONFLICT` as a `ConflictError`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn delete_product(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which product.")] input: DeleteProductInput,
    ) -> Result<DeleteProductPayload> {
        let mut checks = Checks::default();
        let id = checks.id(&input.id, path(["id"]));
        let id = match checks.finish(id) {
            Ok(id) => id,
            Err(errors) => return Ok(DeleteProductPayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match product_writes::archive(&shop.database, &shop.clock, id, input.expected_version).await? {
            Ok(product) => DeleteProductPayload::done(Product(product)),
            Err(refused) => DeleteProductPayload::refused(vec![refused.into()]),
        })
    }
}

impl AddProductPayload {
    fn refused(user_errors: Vec<UserError>) -> Self {
        Self { product: None, replayed: false, user_errors }
    }
}

impl AddProductInput {
    fn check(self, actor: Uuid) -> Result<(NewProduct, Option<Claim>), Vec<UserError>> {
        let mut checks = Checks::default();
        let title = checks.title("title", &self.title);
        let description = checks.description(&self.description);
        let price = checks.price(&self.price);
        let categories = checks.ids("categoryIds", &self.category_ids, MAX_CATEGORIES);
        let on_hand = checks.on_hand("initialStock", self.initial_stock);
        let slug = optional(self.slug.as_deref(), |slug| checks.slug(slug));
        let images = checks.ids("imageIds", &self.image_ids, MAX_IMAGES);
        let claim = optional(self.idempotency_key.as_deref(), |key| {
            let canonical = (
                (&self.title, &self.description, &self.slug, self.initial_stock),
                price.map(|price| (price.minor, price.currency.code())),
                (&self.category_ids, &self.image_ids),
            );
            checks.claim(actor, "addProduct", key, &canonical)
        });
        let new = || {
            let new = NewProduct {
                title: title?,
                slug: slug?,
                description: description?,
                price: price?,
                categories: categories?,
                images: images?,
                on_hand: on_hand?,
            };
            Some((new, claim?))
        };
        checks.finish(new())
    }
}

impl UpdateProductInput {
    fn check(self) -> Result<(ProductId, ProductChange), Vec<UserError>> {
        let mut checks = Checks::default();
        let id = checks.id(&self.id, path(["id"]));
        let title = optional(self.title, |title| checks.title("title", &title));
        let description = optional(self.description, |text| checks.description(&text));
        let price = optional(self.price, |price| checks.price(&price));
        let categories = optional(self.category_ids, |ids| checks.ids("categoryIds", &ids, MAX_CATEGORIES));
        let slug = optional(self.slug, |slug| checks.slug(&slug));
        let images = optional(self.image_ids, |ids| checks.ids("imageIds", &ids, MAX_IMAGES));
        let change = || {
            let change = ProductChange {
                expected_version: self.expected_version,
                title: title?,
                slug: slug?,
                description: description?,
                price: price?,
                categories: categories?,
                images: images?,
            };
            Some((id?, change))
        };
        checks.finish(change())
    }
}

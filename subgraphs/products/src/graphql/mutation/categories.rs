//! Categories: add, change or move, delete.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use kit::{Result, caller::RequiresScope};

use super::payload::payload;
use crate::{
    domain::CategoryId,
    graphql::{
        category::Category,
        errors::{UserError, path},
        input::{Checks, optional},
        shop,
    },
    refile,
    repository::category_writes::{self, CategoryChange, NewCategory},
};

/// The part of `Mutation` that is about categories.
#[derive(Default)]
pub struct CategoryMutation;

/// A category to be.
#[derive(InputObject)]
pub struct AddCategoryInput {
    /// 1 to 200 characters in one line; unique at its place, without regard to case.
    name: String,
    /// At most 10,000 characters.
    #[graphql(default)]
    description: String,
    /// The category it stands below; a root when absent.
    parent_id: Option<ID>,
    /// Letters a to z, digits and hyphens, unique among categories; made from the name when absent.
    slug: Option<String>,
}

/// What changes of a category; what is absent stays.
#[derive(InputObject)]
pub struct UpdateCategoryInput {
    /// The category.
    id: ID,
    /// The version that you saw: refused with `CONFLICT` when somebody else changed the category since.
    expected_version: Option<i32>,
    /// Its new name; its slug stays.
    name: Option<String>,
    /// Its new description.
    description: Option<String>,
    /// The category it shall stand below, with everything below itself; `null` makes it a root.
    parent_id: MaybeUndefined<ID>,
    /// Its new slug; the old one leads to the category until another category takes it.
    slug: Option<String>,
}

/// The category to delete.
#[derive(InputObject)]
pub struct DeleteCategoryInput {
    /// The category.
    id: ID,
}

payload!("What `addCategory` did.", AddCategoryPayload, category: Category);
payload!("What `updateCategory` did.", UpdateCategoryPayload, category: Category);
payload!("What `deleteCategory` did; the category is as it was.", DeleteCategoryPayload, category: Category);

#[Object]
impl CategoryMutation {
    /// Adds a category. For those with the scope `catalog:write`. Codes: `REQUIRED`, `TOO_LONG`, `INVALID`, `INVALID_ID`,
    /// `TAKEN`, `CATEGORY_NOT_FOUND` (the parent), `CATEGORY_TOO_DEEP`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn add_category(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new category.")] input: AddCategoryInput,
    ) -> Result<AddCategoryPayload> {
        let new = match input.check() {
            Ok(new) => new,
            Err(errors) => return Ok(AddCategoryPayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match category_writes::add(&shop.database, &shop.clock, &new).await? {
            Ok(category) => AddCategoryPayload::done(Category(category)),
            Err(refused) => AddCategoryPayload::refused(vec![refused.into()]),
        })
    }

    /// Changes a category, or moves it with everything below it. Where it has a new place or name and more than some
    /// thousand products stand below it, deep lists and the search follow a little later. For those with the scope
    /// `catalog:write`. Codes: those of `addCategory`, `CATEGORY_CYCLE`, and `CONFLICT` as a `ConflictError`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn update_category(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which category, and what to change of it.")] input: UpdateCategoryInput,
    ) -> Result<UpdateCategoryPayload> {
        let (id, change) = match input.check() {
            Ok(checked) => checked,
            Err(errors) => return Ok(UpdateCategoryPayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match category_writes::update(&shop.database, &shop.clock, id, &change).await? {
            Ok(category) => {
                if change.parent.is_some() || change.name.is_some() {
                    refile::at_once(shop, id).await;
                }
                UpdateCategoryPayload::done(Category(category))
            }
            Err(refused) => UpdateCategoryPayload::refused(vec![refused.into()]),
        })
    }

    /// Deletes a category. Refused with `CATEGORY_IN_USE` while other categories stand below it or products on sale are
    /// in it; archived products lose it silently. For those with the scope `catalog:write`. Further codes: `INVALID_ID`,
    /// `CATEGORY_NOT_FOUND`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn delete_category(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which category.")] input: DeleteCategoryInput,
    ) -> Result<DeleteCategoryPayload> {
        let mut checks = Checks::default();
        let id = checks.id(&input.id, path(["id"]));
        let id = match checks.finish(id) {
            Ok(id) => id,
            Err(errors) => return Ok(DeleteCategoryPayload::refused(errors)),
        };
        Ok(match category_writes::delete(&shop(context).database, id).await? {
            Ok(category) => DeleteCategoryPayload::done(Category(category)),
            Err(refused) => DeleteCategoryPayload::refused(vec![refused.into()]),
        })
    }
}

impl AddCategoryInput {
    fn check(self) -> Result<NewCategory, Vec<UserError>> {
        let mut checks = Checks::default();
        let name = checks.title("name", &self.name);
        let description = checks.description(&self.description);
        let parent = optional(self.parent_id, |id| checks.id(&id, path(["parentId"])));
        let slug = optional(self.slug, |slug| checks.slug(&slug));
        let new = || Some(NewCategory { parent: parent?, name: name?, slug: slug?, description: description? });
        checks.finish(new())
    }
}

impl UpdateCategoryInput {
    fn check(self) -> Result<(CategoryId, CategoryChange), Vec<UserError>> {
        let mut checks = Checks::default();
        let id = checks.id(&self.id, path(["id"]));
        let name = optional(self.name, |name| checks.title("name", &name));
        let description = optional(self.description, |text| checks.description(&text));
        let slug = optional(self.slug, |slug| checks.slug(&slug));
        let parent = match self.parent_id {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Value(id) => checks.id(&id, path(["parentId"])).map(|id| Some(Some(id))),
        };
        let change = || {
            let expected_version = self.expected_version;
            let change = CategoryChange {
                expected_version,
                parent: parent?,
                name: name?,
                slug: slug?,
                description: description?,
            };
            Some((id?, change))
        };
        checks.finish(change())
    }
}

//! Commands on categories. Whoever changes the shape of the tree first updates the row of `category_tree`, and so
//! waits for everybody else who does: two moves cannot close a circle together.

use kit::{Clock, Database, Failure, Result, database::is_unique};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
    sea_query::{Expr, Query},
};

use super::{Outcome, categories, former_slugs, is_foreign_key, paths, row};
use crate::{
    domain::{Category, CategoryId, Description, Slug, Title, tree::TreeError},
    entity::{
        category::{Column, Entity},
        category_tree, product, product_category,
    },
    refile,
};

/// A category to be.
#[derive(Clone, Debug)]
pub struct NewCategory {
    /// What it stands below.
    pub parent: Option<CategoryId>,
    /// Its name.
    pub name: Title,
    /// Its address; made from the name where nobody chose one.
    pub slug: Option<Slug>,
    /// What it is about.
    pub description: Description,
}

/// What changes; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct CategoryChange {
    /// The version that the caller saw.
    pub expected_version: Option<i32>,
    /// What it shall stand below; `Some(None)` makes it a root.
    pub parent: Option<Option<CategoryId>>,
    /// Its new name.
    pub name: Option<Title>,
    /// Its new address.
    pub slug: Option<Slug>,
    /// Its new description.
    pub description: Option<Description>,
}

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such category.
    NotFound,
    /// It has another version than the caller saw.
    Conflict {
        /// The one it has.
        current: i32,
    },
    /// It cannot stand there.
    Tree(TreeError),
    /// A sibling has this name.
    NameTaken,
    /// Another category has this slug.
    SlugTaken,
    /// Other categories stand below it.
    HasChildren,
    /// Products on sale are in it.
    HasProducts,
}

/// Adds a category.
pub async fn add(database: &Database, clock: &Clock, new: &NewCategory) -> Outcome<Category, Refused> {
    let transaction = database.begin_write().await?;
    lock_tree(&transaction).await?;
    if let Err(error) = categories::tree(&transaction).await?.may_add(new.parent) {
        return Ok(Err(Refused::Tree(error)));
    }
    let id: CategoryId = kit::random::new_id(clock);
    let slug = match &new.slug {
        Some(slug) => slug.clone(),
        None => free_slug(&transaction, Slug::from_title(&new.name, &id.to_string().replace('_', "-"))).await?,
    };
    let now = clock.now();
    let category = Category {
        id,
        parent: new.parent,
        name: new.name.clone(),
        slug,
        description: new.description.clone(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = row::category_row(&category).into_active_model().reset_all();
    if let Err(error) = Entity::insert(row).exec_without_returning(&transaction).await {
        return taken(error).map(Err);
    }
    former_slugs::category_took(&transaction, &category.slug).await?;
    paths::add(&transaction, id, category.parent).await?;
    transaction.commit().await?;
    Ok(Ok(category))
}

/// Changes a category, or moves it with everything below it. What follows for its products is announced ([`refile`]).
pub async fn update(
    database: &Database,
    clock: &Clock,
    id: CategoryId,
    change: &CategoryChange,
) -> Outcome<Category, Refused> {
    let transaction = database.begin_write().await?;
    lock_tree(&transaction).await?;
    let Some(mut category) = categories::by_id(&transaction, id).await? else { return Ok(Err(Refused::NotFound)) };
    if change.expected_version.is_some_and(|version| version != category.version) {
        return Ok(Err(Refused::Conflict { current: category.version }));
    }
    let (former_parent, former_name) = (category.parent, category.name.clone());
    if let Some(parent) = change.parent {
        if let Err(error) = categories::tree(&transaction).await?.may_move(id, parent) {
            return Ok(Err(Refused::Tree(error)));
        }
        category.parent = parent;
    }
    if let Some(name) = &change.name {
        category.name = name.clone();
    }
    let slug = change.slug.clone().unwrap_or_else(|| category.slug.clone());
    let former = std::mem::replace(&mut category.slug, slug);
    if let Some(description) = &change.description {
        category.description = description.clone();
    }
    category.version += 1;
    category.updated_at = clock.now();
    let row = row::category_row(&category).into_active_model().reset_all();
    if let Err(error) = Entity::update(row).validate()?.exec(&transaction).await {
        return taken(error).map(Err);
    }
    if former != category.slug {
        former_slugs::category_left(&transaction, &former, id).await?;
        former_slugs::category_took(&transaction, &category.slug).await?;
    }
    if former_parent != category.parent {
        paths::moved(&transaction, id, category.parent).await?;
    }
    if former_parent != category.parent || former_name != category.name {
        refile::announce(&transaction, clock, id).await?;
    }
    transaction.commit().await?;
    Ok(Ok(category))
}

/// Deletes a category that nothing stands below and no product on sale is in; archived products lose it silently.
pub async fn delete(database: &Database, id: CategoryId) -> Outcome<Category, Refused> {
    let transaction = database.begin_write().await?;
    lock_tree(&transaction).await?;
    let Some(category) = categories::by_id(&transaction, id).await? else { return Ok(Err(Refused::NotFound)) };
    if categories::children(&transaction, &[id]).await?.contains_key(&id) {
        return Ok(Err(Refused::HasChildren));
    }
    let archived = Query::select()
        .column(product::Column::Id)
        .from(product::Entity)
        .and_where(product::Column::ArchivedAt.is_not_null())
        .take();
    product_category::Entity::delete_many()
        .filter(product_category::Column::CategoryId.eq(id))
        .filter(product_category::Column::ProductId.in_subquery(archived))
        .exec(&transaction)
        .await?;
    match Entity::delete_by_id(id).exec(&transaction).await {
        Err(error) if is_foreign_key(&error) => return Ok(Err(Refused::HasProducts)),
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    transaction.commit().await?;
    Ok(Ok(category))
}

/// From here on, nobody else changes the tree until this transaction ends.
pub(super) async fn lock_tree(connection: &impl ConnectionTrait) -> Result<()> {
    let next = Expr::col(category_tree::Column::Revision).add(1);
    let update = category_tree::Entity::update_many().col_expr(category_tree::Column::Revision, next);
    match update.exec(connection).await?.rows_affected {
        1 => Ok(()),
        rows => Err(Failure::internal(format!("category_tree has {rows} rows"))),
    }
}

fn taken(error: DbErr) -> Result<Refused> {
    if is_unique(&error, "categories_sibling_key", "categories.sibling_key") {
        Ok(Refused::NameTaken)
    } else if is_unique(&error, "categories_slug", "categories.slug") {
        Ok(Refused::SlugTaken)
    } else {
        Err(error.into())
    }
}

/// `slug`, or the first numbered one that no category has. The lock on the tree makes the answer last.
async fn free_slug(connection: &impl ConnectionTrait, slug: Slug) -> Result<Slug> {
    let taken: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Slug)
        .filter(Column::Slug.eq(slug.as_str()).or(Column::Slug.starts_with(format!("{slug}-"))))
        .into_tuple()
        .all(connection)
        .await?;
    let mut free = std::iter::once(slug.clone()).chain((2..).map(|number| slug.numbered(number)));
    Ok(free.find(|slug| !taken.iter().any(|taken| taken == slug.as_str())).unwrap_or(slug))
}

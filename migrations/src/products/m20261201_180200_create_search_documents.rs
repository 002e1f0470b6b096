//! What products on sale are found by: the words of their titles, and of their descriptions and categories, newer products
//! with higher numbers. PostgreSQL indexes them by GIN over `tsvector`s of exactly these words, SQLite by FTS5, whose
//! index follows the table by triggers. Programs that do not know the table would leave it as it is, so there is no going
//! back without `down`.

use std::collections::HashMap;

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{pk_auto, text, uuid_uniq},
    sea_orm::{
        DbBackend, QueryResult,
        prelude::{ChronoDateTimeUtc, Uuid},
    },
};

use crate::words::{Document, words};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// How many products are read at a time.
const PAGE: u64 = 500;

/// Not `to_tsvector`: it would divide and drop words by rules of its own, and SQLite by others.
const VECTORS: [&str; 2] = [
    "ALTER TABLE search_documents ADD COLUMN title_vector tsvector NOT NULL \
     GENERATED ALWAYS AS (array_to_tsvector(string_to_array(title, ' '))) STORED",
    "ALTER TABLE search_documents ADD COLUMN words_vector tsvector NOT NULL \
     GENERATED ALWAYS AS (array_to_tsvector(string_to_array(btrim(title || ' ' || rest), ' '))) STORED",
];

const GIN: [&str; 2] = [
    "CREATE INDEX search_documents_title ON search_documents USING gin (title_vector)",
    "CREATE INDEX search_documents_words ON search_documents USING gin (words_vector)",
];

/// Everything but blanks belongs to a word: the texts are words already. Two and three letters are enough to find what
/// begins with them.
const FTS5: [&str; 4] = [
    "CREATE VIRTUAL TABLE search_index USING fts5(title, rest, content='search_documents', content_rowid='number', \
     detail=column, columnsize=0, prefix='2 3', \
     tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\")",
    "CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN \
     INSERT INTO search_index(rowid, title, rest) VALUES (new.number, new.title, new.rest); END",
    "CREATE TRIGGER search_documents_deleted AFTER DELETE ON search_documents BEGIN \
     INSERT INTO search_index(search_index, rowid, title, rest) VALUES ('delete', old.number, old.title, old.rest); END",
    "CREATE TRIGGER search_documents_changed AFTER UPDATE ON search_documents BEGIN \
     INSERT INTO search_index(search_index, rowid, title, rest) VALUES ('delete', old.number, old.title, old.rest); \
     INSERT INTO search_index(rowid, title, rest) VALUES (new.number, new.title, new.rest); END",
];

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let documents = Table::create()
            .table("search_documents")
            // Where a list of matches has got to; the newest come first.
            .col(pk_auto("number").big_integer())
            .col(uuid_uniq("product_id"))
            .col(text("title"))
            .col(text("rest"))
            .foreign_key(
                ForeignKey::create()
                    .name("search_documents_product")
                    .from("search_documents", "product_id")
                    .to("products", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(documents).await?;
        let (before, after): (&[&str], &[&str]) = match manager.get_database_backend() {
            DbBackend::Sqlite => (&FTS5, &[]),
            _ => (&VECTORS, &GIN),
        };
        run(manager, before).await?;
        fill(manager).await?;
        run(manager, after).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            run(manager, &["DROP TABLE search_index"]).await?;
        }
        manager.drop_table(Table::drop().table("search_documents").to_owned()).await
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Writes the documents of all products on sale, the oldest first.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut last: Option<(ChronoDateTimeUtc, Uuid)> = None;
    loop {
        let mut page = Query::select();
        page.columns(["id", "title", "description", "created_at"]).from("products");
        page.and_where(Expr::col("archived_at").is_null());
        page.order_by("created_at", Order::Asc).order_by("id", Order::Asc).limit(PAGE);
        if let Some((at, id)) = last {
            page.and_where(Expr::col("created_at").gte(at));
            page.and_where(Expr::col("created_at").eq(at).and(Expr::col("id").lte(id)).not());
        }
        let rows = db.query_all(&page).await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some((end.try_get("", "created_at")?, end.try_get("", "id")?));
        let ids = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<Uuid>, _>>()?;
        let names = names(db, &ids).await?;
        let documents = rows.iter().map(|row| document(row, &names)).collect::<Result<Vec<_>, DbErr>>()?;
        let mut insert = Query::insert();
        insert.into_table("search_documents").columns(["product_id", "title", "rest"]);
        for Document { product, title, rest } in documents {
            insert.values_panic([product.into(), title.into(), rest.into()]);
        }
        db.execute(&insert).await?;
    }
}

/// The names of the categories that products are in or below, joined.
async fn names(db: &SchemaManagerConnection<'_>, products: &[Uuid]) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut select = Query::select();
    select
        .column(("category_members", "product_id"))
        .column(("categories", "name"))
        .from("category_members")
        .inner_join("categories", Expr::col(("categories", "id")).equals(("category_members", "category_id")))
        .and_where(Expr::col(("category_members", "product_id")).is_in(products.iter().copied()))
        .order_by(("categories", "id"), Order::Asc);
    let mut names: HashMap<Uuid, String> = HashMap::new();
    for row in db.query_all(&select).await? {
        let name: String = row.try_get("", "name")?;
        let all = names.entry(row.try_get("", "product_id")?).or_default();
        all.push(' ');
        all.push_str(&name);
    }
    Ok(names)
}

fn document(row: &QueryResult, names: &HashMap<Uuid, String>) -> Result<Document, DbErr> {
    let product = row.try_get("", "id")?;
    let (title, description): (String, String) = (row.try_get("", "title")?, row.try_get("", "description")?);
    let names = names.get(&product).map_or("", String::as_str);
    Ok(Document { product, title: words(&title), rest: words(&format!("{description} {names}")) })
}

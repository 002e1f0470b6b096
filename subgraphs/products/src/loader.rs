//! Batches of one request: whatever a list's items ask for one by one is read for all of them at once.
//!
//! Nothing is remembered between batches, so that a mutation's answer shows what it has just written.

use std::{collections::HashMap, sync::Arc};

use kit::{
    Database, Failure,
    loader::{DataLoader, Loader},
    page::{Page, PageRequest},
};

use crate::{
    domain::{Category, CategoryId, Image, Product, ProductId, Stock},
    measure::Measure,
    repository::{
        categories,
        filter::Filter,
        images,
        lists::{self, Listing, PriceRange, Reach, Shelf},
        paths, prices, products, stock,
    },
    shop::Shop,
};

/// Everything that is read in batches, made anew for each request.
pub struct Loaders {
    /// Products by id, archived ones too.
    pub products: DataLoader<Products>,
    /// Categories by id.
    pub categories: DataLoader<Categories>,
    /// What stands above a category.
    pub ancestors: DataLoader<Ancestors>,
    /// What stands directly below a category.
    pub children: DataLoader<Children>,
    /// The categories that a product is in.
    pub categories_of: DataLoader<CategoriesOf>,
    /// The images that a product shows.
    pub images_of: DataLoader<ImagesOf>,
    /// How large an image is that does not say so.
    pub dimensions: DataLoader<Measure>,
    /// The stock of a product.
    pub stock_of: DataLoader<StockOf>,
    /// One page of a category's products.
    pub pages: DataLoader<Pages>,
    /// Between which prices the products of a list cost.
    pub prices: DataLoader<Prices>,
}

impl Loaders {
    /// Loaders over the database of `shop`.
    pub fn new(shop: &Shop) -> Self {
        let database = &shop.database;
        Self {
            products: DataLoader::new(Products(database.clone())),
            categories: DataLoader::new(Categories(database.clone())),
            ancestors: DataLoader::new(Ancestors(database.clone())),
            children: DataLoader::new(Children(database.clone())),
            categories_of: DataLoader::new(CategoriesOf(database.clone())),
            images_of: DataLoader::new(ImagesOf(database.clone())),
            dimensions: DataLoader::new(Measure(shop.clone())),
            stock_of: DataLoader::new(StockOf(database.clone())),
            pages: DataLoader::new(Pages(database.clone())),
            prices: DataLoader::new(Prices(database.clone())),
        }
    }
}

/// See [`Loaders::products`].
pub struct Products(Database);

impl Loader<ProductId> for Products {
    type Value = Product;
    type Error = Failure;

    async fn load(&self, keys: &[ProductId]) -> Result<HashMap<ProductId, Product>, Failure> {
        let products = products::by_ids(self.0.connection(), keys).await?;
        Ok(products.into_iter().map(|product| (product.id, product)).collect())
    }
}

/// See [`Loaders::categories`].
pub struct Categories(Database);

impl Loader<CategoryId> for Categories {
    type Value = Category;
    type Error = Failure;

    async fn load(&self, keys: &[CategoryId]) -> Result<HashMap<CategoryId, Category>, Failure> {
        let categories = categories::by_ids(self.0.connection(), keys).await?;
        Ok(categories.into_iter().map(|category| (category.id, category)).collect())
    }
}

/// See [`Loaders::ancestors`].
pub struct Ancestors(Database);

impl Loader<CategoryId> for Ancestors {
    type Value = Vec<Category>;
    type Error = Failure;

    async fn load(&self, keys: &[CategoryId]) -> Result<HashMap<CategoryId, Vec<Category>>, Failure> {
        paths::ancestors(self.0.connection(), keys).await
    }
}

/// See [`Loaders::children`].
pub struct Children(Database);

impl Loader<CategoryId> for Children {
    type Value = Vec<Category>;
    type Error = Failure;

    async fn load(&self, keys: &[CategoryId]) -> Result<HashMap<CategoryId, Vec<Category>>, Failure> {
        categories::children(self.0.connection(), keys).await
    }
}

/// See [`Loaders::categories_of`].
pub struct CategoriesOf(Database);

impl Loader<ProductId> for CategoriesOf {
    type Value = Vec<Category>;
    type Error = Failure;

    async fn load(&self, keys: &[ProductId]) -> Result<HashMap<ProductId, Vec<Category>>, Failure> {
        categories::of_products(self.0.connection(), keys).await
    }
}

/// See [`Loaders::images_of`].
pub struct ImagesOf(Database);

impl Loader<ProductId> for ImagesOf {
    type Value = Vec<Image>;
    type Error = Failure;

    async fn load(&self, keys: &[ProductId]) -> Result<HashMap<ProductId, Vec<Image>>, Failure> {
        images::of_products(self.0.connection(), keys).await
    }
}

/// See [`Loaders::stock_of`].
pub struct StockOf(Database);

impl Loader<ProductId> for StockOf {
    type Value = Stock;
    type Error = Failure;

    async fn load(&self, keys: &[ProductId]) -> Result<HashMap<ProductId, Stock>, Failure> {
        stock::of_products(self.0.connection(), keys).await
    }
}

/// See [`Loaders::pages`].
pub struct Pages(Database);

/// One page of one category. Those that differ by the category alone are read together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageKey {
    /// Whose products.
    pub whose: Shelf,
    /// Which of them, in which order.
    pub listing: Arc<Listing>,
    /// Which page.
    pub request: PageRequest,
}

impl Loader<PageKey> for Pages {
    type Value = Page<Product>;
    type Error = Failure;

    async fn load(&self, keys: &[PageKey]) -> Result<HashMap<PageKey, Page<Product>>, Failure> {
        let mut groups: HashMap<(&Arc<Listing>, &PageRequest, Reach), Vec<CategoryId>> = HashMap::new();
        for PageKey { whose, listing, request } in keys {
            groups.entry((listing, request, whose.reach)).or_default().push(whose.category);
        }
        let mut pages = HashMap::new();
        for ((listing, request, reach), categories) in groups {
            for (category, page) in lists::page_of_each(&self.0, &categories, reach, listing, request).await? {
                let whose = Shelf { category, reach };
                pages.insert(PageKey { whose, listing: listing.clone(), request: request.clone() }, page);
            }
        }
        Ok(pages)
    }
}

/// See [`Loaders::prices`].
pub struct Prices(Database);

/// The list of a category, or of the whole shop. Those that differ by the category alone are read together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PriceKey {
    /// Whose products; everybody's unless said.
    pub whose: Option<Shelf>,
    /// Which of them.
    pub filter: Arc<Filter>,
}

impl Loader<PriceKey> for Prices {
    type Value = PriceRange;
    type Error = Failure;

    async fn load(&self, keys: &[PriceKey]) -> Result<HashMap<PriceKey, PriceRange>, Failure> {
        let connection = self.0.connection();
        let (mut groups, mut ranges) = (HashMap::<(&Arc<Filter>, Reach), Vec<CategoryId>>::new(), HashMap::new());
        for key in keys {
            match key.whose {
                Some(Shelf { category, reach }) => groups.entry((&key.filter, reach)).or_default().push(category),
                None => ranges.extend(prices::range(connection, &key.filter).await?.map(|range| (key.clone(), range))),
            }
        }
        for ((filter, reach), categories) in groups {
            for (category, range) in prices::range_of_each(connection, &categories, reach, filter).await? {
                let whose = Some(Shelf { category, reach });
                ranges.insert(PriceKey { whose, filter: filter.clone() }, range);
            }
        }
        Ok(ranges)
    }
}

//! The benchmark's graph: four subgraphs over the same few users, products and reviews.
//!
//! Review `n` is by user `n % USERS` and of product `n % PRODUCTS`, so everything can be computed and nothing stored.

use async_graphql::{ComplexObject, EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};

const USERS: usize = 6;
const PRODUCTS: usize = 9;
const REVIEWS: usize = 26;

/// The operation that is sent: about 87 kB of answer, seven fetches on four levels.
pub const OPERATION: &str = "
query Heavy {
  users { ...UserParts reviews { ...ReviewParts product { ...ProductParts reviews { ...ReviewParts author {
    ...UserParts reviews { ...ReviewParts product { ...ProductParts } }
  } } } } }
  topProducts(first: 5) { ...ProductParts reviews { ...ReviewParts author {
    ...UserParts reviews { ...ReviewParts product { ...ProductParts } }
  } } }
}
fragment UserParts on User { id username name }
fragment ReviewParts on Review { id body }
fragment ProductParts on Product { upc name price weight inStock shippingEstimate }
";

/// The operation whose answer grows with `$first`: a product is about 520 bytes; four fetches on three levels.
pub const CATALOG: &str = "
query Catalog($first: Int!) {
  catalog(first: $first) {
    upc name price weight inStock shippingEstimate reviews { id body author { id username name } }
  }
}
";

/// A subgraph: its name and its schema.
pub type Subgraph = (&'static str, Box<dyn Answer>);

/// A schema of any type.
pub trait Answer: Send + Sync {
    /// Its SDL, with federation's directives.
    fn sdl(&self) -> String;
    /// Runs a request.
    fn answer(&self, request: async_graphql::Request) -> futures_util::future::BoxFuture<'_, async_graphql::Response>;
}

impl<Q: async_graphql::ObjectType + 'static> Answer for Schema<Q, EmptyMutation, EmptySubscription> {
    fn sdl(&self) -> String {
        self.sdl_with_options(async_graphql::SDLExportOptions::new().federation())
    }

    fn answer(&self, request: async_graphql::Request) -> futures_util::future::BoxFuture<'_, async_graphql::Response> {
        Box::pin(self.execute(request))
    }
}

/// All four.
pub fn subgraphs() -> Vec<Subgraph> {
    fn schema<Q: async_graphql::ObjectType + 'static>(query: Q) -> Box<dyn Answer> {
        Box::new(Schema::build(query, EmptyMutation, EmptySubscription).enable_federation().finish())
    }
    vec![
        ("accounts", schema(accounts::Query)),
        ("inventory", schema(inventory::Query)),
        ("products", schema(products::Query)),
        ("reviews", schema(reviews::Query)),
    ]
}

fn number(id: &str) -> Option<usize> {
    id.parse().ok()
}

mod accounts {
    use super::{ComplexObject, ID, Object, SimpleObject, USERS, number};

    pub struct Query;

    #[derive(SimpleObject)]
    #[graphql(complex)]
    struct User {
        id: ID,
    }

    #[ComplexObject]
    impl User {
        async fn name(&self) -> String {
            format!("User Number {}", *self.id)
        }
        async fn username(&self) -> String {
            format!("user-{}", *self.id)
        }
    }

    #[Object]
    impl Query {
        async fn users(&self) -> Vec<User> {
            (0..USERS).map(|user| User { id: user.into() }).collect()
        }
        #[graphql(entity)]
        async fn user(&self, id: ID) -> Option<User> {
            number(&id).filter(|user| *user < USERS).map(|_| User { id })
        }
    }
}

mod products {
    use super::{ComplexObject, ID, Object, PRODUCTS, SimpleObject, number};

    pub struct Query;

    #[derive(SimpleObject)]
    #[graphql(complex)]
    struct Product {
        upc: ID,
        #[graphql(skip)]
        number: usize,
    }

    #[ComplexObject]
    impl Product {
        #[graphql(shareable)]
        async fn name(&self) -> String {
            format!("Product Number {}", self.number)
        }
        async fn price(&self) -> usize {
            100 * (self.number + 1)
        }
        async fn weight(&self) -> usize {
            10 * (self.number + 1)
        }
    }

    #[Object]
    impl Query {
        async fn top_products(&self, first: usize) -> Vec<Product> {
            (0..first.min(PRODUCTS)).map(|number| Product { upc: number.into(), number }).collect()
        }
        /// More products than there are; those that are not have the reviews of others.
        async fn catalog(&self, first: usize) -> Vec<Product> {
            (0..first).map(|number| Product { upc: number.into(), number }).collect()
        }
        #[graphql(entity)]
        async fn product(&self, upc: ID) -> Option<Product> {
            number(&upc).filter(|product| *product < PRODUCTS).map(|number| Product { upc, number })
        }
    }
}

mod inventory {
    use super::{ID, Object, number};

    pub struct Query;

    struct Product {
        upc: ID,
        price: i64,
        weight: i64,
    }

    #[Object]
    impl Product {
        async fn upc(&self) -> &ID {
            &self.upc
        }
        #[graphql(external)]
        async fn price(&self) -> i64 {
            self.price
        }
        #[graphql(external)]
        async fn weight(&self) -> i64 {
            self.weight
        }
        async fn in_stock(&self) -> bool {
            number(&self.upc).is_some_and(|number| number % 2 == 0)
        }
        #[graphql(requires = "price weight")]
        async fn shipping_estimate(&self) -> i64 {
            self.price / 10 + self.weight / 2
        }
    }

    #[Object]
    impl Query {
        #[graphql(entity)]
        async fn product(&self, upc: ID, price: Option<i64>, weight: Option<i64>) -> Option<Product> {
            Some(Product { upc, price: price.unwrap_or_default(), weight: weight.unwrap_or_default() })
        }
    }
}

mod reviews {
    use super::{ID, Object, PRODUCTS, REVIEWS, USERS, number};

    pub struct Query;

    struct User(usize);
    struct Product(usize);
    struct Review(usize);

    #[Object]
    impl User {
        async fn id(&self) -> ID {
            self.0.into()
        }
        async fn reviews(&self) -> Vec<Review> {
            (0..REVIEWS).filter(|review| review % USERS == self.0).map(Review).collect()
        }
    }

    #[Object]
    impl Product {
        async fn upc(&self) -> ID {
            self.0.into()
        }
        async fn reviews(&self) -> Vec<Review> {
            (0..REVIEWS).filter(|review| review % PRODUCTS == self.0 % PRODUCTS).map(Review).collect()
        }
    }

    #[Object]
    impl Review {
        async fn id(&self) -> ID {
            self.0.into()
        }
        async fn body(&self) -> String {
            format!("What I have to say about it, number {}: \"good\".", self.0)
        }
        async fn author(&self) -> User {
            User(self.0 % USERS)
        }
        async fn product(&self) -> Product {
            Product(self.0 % PRODUCTS)
        }
    }

    #[Object]
    impl Query {
        #[graphql(entity)]
        async fn user(&self, id: ID) -> Option<User> {
            number(&id).map(User)
        }
        #[graphql(entity)]
        async fn product(&self, upc: ID) -> Option<Product> {
            number(&upc).map(Product)
        }
    }
}

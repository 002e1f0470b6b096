//! Keys: the pairs with which this process signs ([`KeyPair`]), and the public keys with which it verifies what others
//! have signed ([`KeySet`]), as JWK sets publish them (RFC 7517, RFC 7518, RFC 8037).

mod fetched;
mod live;
mod pair;
mod public;
mod publishers;
mod set;

pub use self::{
    fetched::MAX_AGE,
    live::LiveKeys,
    pair::{InvalidKey, KeyPair, jwks},
    public::{ALGORITHMS, PublicKey},
    set::{KeySet, KeysUnavailable},
};
pub use jsonwebtoken::Algorithm;

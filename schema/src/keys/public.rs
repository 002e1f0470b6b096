//! Public keys of a JWK set, each with the algorithms that it may verify.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The signature algorithms that are verified (RFC 7518, section 3.1; RFC 8037, section 3.1). None is symmetric, so a
/// public key can never be taken for a secret.
pub const ALGORITHMS: [Algorithm; 7] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// More keys of one set are ignored.
const MAX_KEYS: usize = 64;
/// RFC 7518, section 3.3, wants at least this size of an RSA modulus, in bits; the library verifies up to the other one.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// A public key that verifies signatures.
#[derive(Debug)]
pub struct PublicKey {
    /// The key's id in its set; sets of one key may have none.
    pub kid: Option<String>,
    /// What it verifies: the algorithms of its type and curve, or the one that its `alg` names.
    algorithms: Vec<Algorithm>,
    /// The members of the JWK that make up the key itself.
    material: Vec<String>,
    pub(crate) decoding: DecodingKey,
}

/// The key's text is compared, not the library's form of it, which has no equality.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.kid, &self.algorithms, &self.material) == (&other.kid, &other.algorithms, &other.material)
    }
}

/// The members of a JWK that matter here (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl PublicKey {
    /// The signature keys of a JWK set. Keys of other kinds are ignored, as RFC 7517, section 5, asks for.
    ///
    /// # Errors
    /// If the text is no JWK set, in words for the log.
    pub(crate) fn read_set(document: &[u8]) -> Result<Vec<Self>, String> {
        let document: Document =
            serde_json::from_slice(document).map_err(|error| format!("it is not a JWK set: {error}"))?;
        Ok(document.keys.into_iter().filter_map(Self::read).take(MAX_KEYS).collect())
    }

    fn read(jwk: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(jwk).ok()?;
        let is_for_signatures = jwk.usage.as_deref().is_none_or(|usage| usage == "sig");
        let may_verify = jwk.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|it| it == "verify"));
        if !is_for_signatures || !may_verify {
            return None;
        }
        let (possible, decoding, material) = jwk.key()?;
        let fits = |algorithm: &Algorithm| match jwk.alg.as_deref() {
            None => true,
            // The fully specified name of RFC 9864.
            Some("Ed25519") => *algorithm == Algorithm::EdDSA,
            Some(named) => named.parse() == Ok(*algorithm),
        };
        let algorithms: Vec<_> = possible.iter().copied().filter(fits).collect();
        (!algorithms.is_empty()).then_some(Self { kid: jwk.kid, algorithms, material, decoding })
    }

    /// Whether signatures of `algorithm` can be this key's.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }
}

impl Jwk {
    /// The algorithms of the key's type and curve, the key, and the members that make it up.
    fn key(&self) -> Option<(&'static [Algorithm], DecodingKey, Vec<String>)> {
        let curve = self.crv.as_deref();
        match self.kty.as_str() {
            "RSA" => {
                let (n, e) = (self.n.as_deref()?, self.e.as_deref()?);
                RSA_BITS.contains(&bits(&decoded(n)?)).then_some(())?;
                let key = DecodingKey::from_rsa_components(n, e).ok()?;
                Some((&[Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256], key, owned([n, e])))
            }
            "EC" => {
                let (algorithm, length): (&[Algorithm], _) = match curve? {
                    "P-256" => (&[Algorithm::ES256], 32),
                    "P-384" => (&[Algorithm::ES384], 48),
                    _ => return None,
                };
                let (x, y) = (self.x.as_deref()?, self.y.as_deref()?);
                (decoded(x)?.len() == length && decoded(y)?.len() == length).then_some(())?;
                Some((algorithm, DecodingKey::from_ec_components(x, y).ok()?, owned([x, y])))
            }
            "OKP" if curve == Some("Ed25519") => {
                let x = self.x.as_deref()?;
                (decoded(x)?.len() == 32).then_some(())?;
                Some((&[Algorithm::EdDSA], DecodingKey::from_ed_components(x).ok()?, owned([x])))
            }
            _ => None,
        }
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The size of an unsigned number, leading zeros not counted.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[zeros..];
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn owned<const N: usize>(members: [&str; N]) -> Vec<String> {
    members.map(str::to_owned).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::keys::KeyPair;

    fn read(keys: &Value) -> Vec<PublicKey> {
        PublicKey::read_set(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    fn algorithms(jwk: &Value) -> Vec<Algorithm> {
        read(&json!([jwk])).pop().map(|key| key.algorithms).unwrap_or_default()
    }

    fn with(mut jwk: Value, name: &str, value: Value) -> Value {
        jwk[name] = value;
        jwk
    }

    fn rsa(bytes: usize) -> Value {
        let mut modulus = vec![0xC1; bytes];
        modulus[bytes - 1] = 1;
        json!({"kty": "RSA", "kid": "r", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB"})
    }

    fn ec(curve: &str, length: usize) -> Value {
        let coordinate = URL_SAFE_NO_PAD.encode(vec![7; length]);
        json!({"kty": "EC", "crv": curve, "x": coordinate, "y": coordinate})
    }

    #[test]
    fn a_key_verifies_what_its_type_curve_and_alg_allow() {
        use Algorithm::{ES256, ES384, EdDSA, PS256, RS256, RS384, RS512};
        let ed = KeyPair::generate().public_jwk();
        for (jwk, expected) in [
            (ed.clone(), vec![EdDSA]),
            (with(ed.clone(), "alg", json!("Ed25519")), vec![EdDSA]),
            (with(ed.clone(), "alg", Value::Null), vec![EdDSA]),
            (with(ed.clone(), "alg", json!("RS256")), vec![]),
            (with(ed.clone(), "crv", json!("X25519")), vec![]),
            (with(ed.clone(), "use", json!("enc")), vec![]),
            (with(ed.clone(), "key_ops", json!(["sign"])), vec![]),
            (with(ed.clone(), "key_ops", json!(["verify"])), vec![EdDSA]),
            (with(ed, "x", json!("AAAA")), vec![]),
            (rsa(256), vec![RS256, RS384, RS512, PS256]),
            (with(rsa(256), "alg", json!("RS384")), vec![RS384]),
            (with(rsa(256), "alg", json!("PS512")), vec![]),
            (with(rsa(256), "alg", json!("RSA-OAEP")), vec![]),
            (rsa(128), vec![]),
            (rsa(1024), vec![]),
            (ec("P-256", 32), vec![ES256]),
            (ec("P-384", 48), vec![ES384]),
            (ec("P-256", 48), vec![]),
            (ec("P-521", 66), vec![]),
            (with(ec("P-256", 32), "alg", json!("ES384")), vec![]),
            (json!({"kty": "oct", "kid": "s", "k": "c2VjcmV0", "alg": "HS256"}), vec![]),
        ] {
            assert_eq!(algorithms(&jwk), expected, "{jwk}");
        }
    }

    #[test]
    fn what_is_no_key_is_ignored_and_what_is_no_set_is_an_error() {
        let pair = KeyPair::generate();
        let keys = json!([1, {"kty": 1}, {}, {"kty": "EC", "crv": "P-256"}, pair.public_jwk()]);
        assert_eq!(read(&keys).iter().map(|key| key.kid.clone()).collect::<Vec<_>>(), [Some(pair.kid)]);
        for text in ["", "<html>", "[]", "{}", r#"{"keys": {}}"#] {
            assert!(PublicKey::read_set(text.as_bytes()).is_err(), "{text}");
        }
        let many: Vec<_> = (0..1000).map(|_| KeyPair::generate().public_jwk()).collect();
        assert_eq!(read(&json!(many)).len(), MAX_KEYS);
    }
}

//! Whose pages may call the API from a browser; with credentials only where there are cookies, and only pages of origins that
//! are named.

use std::{str::FromStr, time::Duration};

use axum::Router;
use http::{HeaderName, HeaderValue, Method, header::RETRY_AFTER};
use schema::service::REQUEST_ID_HEADER;
use tower_http::cors::{AllowCredentials, AllowHeaders, AllowOrigin, CorsLayer};

/// A web origin, or any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Every page of the web.
    Any,
    /// Pages of one origin.
    Exactly(HeaderValue),
}

/// Not the origin of a web page.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an origin such as https://shop.example (or *)")]
pub struct InvalidCorsOrigin(String);

impl FromStr for Origin {
    type Err = InvalidCorsOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let invalid = || InvalidCorsOrigin(text.to_owned());
        let origin = text.strip_suffix('/').unwrap_or(text);
        let uri: http::Uri = origin.parse().map_err(|_| invalid())?;
        let is_origin =
            uri.scheme().is_some() && uri.authority().is_some() && uri.path() == "/" && uri.query().is_none();
        if !is_origin || origin.ends_with('/') {
            return Err(invalid());
        }
        HeaderValue::from_str(&origin.to_ascii_lowercase()).map(Self::Exactly).map_err(|_| invalid())
    }
}

impl Origin {
    /// The origin of a URL, whose path does not count.
    pub fn of_url(url: &str) -> Result<Self, InvalidCorsOrigin> {
        let invalid = || InvalidCorsOrigin(url.to_owned());
        let uri: http::Uri = url.trim().parse().map_err(|_| invalid())?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(invalid)?;
        let port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.as_str().strip_suffix(port).unwrap_or(authority.as_str());
        format!("{scheme}://{authority}").parse()
    }
}

/// Lets pages of `origins` call `app`; where there are none, browsers keep other sites out by themselves. `with_cookies`,
/// they may show and be given some.
pub(super) fn layer(app: Router, origins: &[Origin], with_cookies: bool) -> Router {
    if origins.is_empty() {
        return app;
    }
    let allowed = if origins.contains(&Origin::Any) {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| match origin {
            Origin::Any => None,
            Origin::Exactly(origin) => Some(origin.clone()),
        }))
    };
    let named = origins.to_vec();
    let may_have_cookies = move |origin: &HeaderValue, _: &http::request::Parts| {
        with_cookies && !named.contains(&Origin::Any) && named.contains(&Origin::Exactly(origin.clone()))
    };
    app.layer(
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_credentials(AllowCredentials::predicate(may_have_cookies))
            .allow_methods([Method::GET, Method::POST, Method::PUT])
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers([HeaderName::from_static(REQUEST_ID_HEADER), RETRY_AFTER])
            .max_age(Duration::from_hours(1)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_strictly() {
        assert_eq!("*".parse::<Origin>().unwrap(), Origin::Any);
        let shop = Origin::Exactly(HeaderValue::from_static("https://shop.example:8443"));
        assert_eq!("https://Shop.example:8443/".parse::<Origin>().unwrap(), shop);
        for bad in ["", "shop.example", "https://shop.example/path", "https://", "null", "https://a b"] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
        assert_eq!(Origin::of_url("https://shop.example:8443/api/").unwrap(), shop);
        assert_eq!(Origin::of_url("https://shop.example:443").unwrap(), "https://shop.example".parse().unwrap());
        assert!(Origin::of_url("/path").is_err() && Origin::of_url("*").is_err());
    }
}

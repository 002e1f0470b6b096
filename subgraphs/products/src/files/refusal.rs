//! Why a file was refused: a status, and the same as JSON for those who read bodies.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use kit::error::Code;
use serde_json::json;

use crate::domain::image::ImageError;

/// An answer that is no image and no receipt.
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "Log in to upload.")
    }

    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", "You may not upload.")
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing here.")
    }

    /// The secret is wrong or too old; which of them is nobody's business.
    pub fn no_upload() -> Self {
        let message = "This upload does not exist or has expired. Ask for a new one with uploadImage.";
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    /// The address was used with other bytes.
    pub fn used() -> Self {
        let message = "Another image was uploaded here before. Ask for a new address with uploadImage.";
        Self::new(StatusCode::CONFLICT, "CONFLICT", message)
    }

    pub fn too_large(max_size: usize) -> Self {
        let message = format!("An image may have at most {max_size} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", message)
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
    }

    /// More is under way than may be at once.
    pub fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "UNAVAILABLE",
            "Too many images are being worked on. Try again soon.",
        )
    }

    /// The image is not what `If-Match` asks for.
    pub fn precondition_failed() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "PRECONDITION_FAILED", "The image is not the one you know.")
    }

    /// Logs the cause and shows none of it.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a file could not be kept or served");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "Something went wrong on our side.")
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Self {
        let code = if error.is_of_type() { "TYPE_NOT_ALLOWED" } else { "INVALID_IMAGE" };
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, error.to_string())
    }
}

impl From<kit::Failure> for Refusal {
    fn from(failure: kit::Failure) -> Self {
        match failure.code() {
            Code::Unavailable | Code::Timeout => {
                tracing::warn!(cause = failure.cause(), "a file could not be kept or served");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, failure.code().as_str(), failure.message())
            }
            _ => Self::internal(failure.cause().unwrap_or(failure.message())),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

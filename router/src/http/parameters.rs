//! The parameters of a request: out of a JSON body or a query string, with a sentence for each thing that is wrong.

use http::Uri;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use crate::{json::JsonValue as Value, request::GraphQLRequest};

type Result<T> = std::result::Result<T, Refusal>;

/// Reads a POST's body.
pub fn from_json(body: &[u8]) -> Result<GraphQLRequest> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Err(Refusal::bad_request("The request has no body; send JSON with a \"query\"."));
    }
    if body[0] == b'[' {
        return Err(Refusal::bad_request("Batches are not taken: send one request per operation."));
    }
    let read = if body[0] == b'{' { serde_json::from_slice(body).map_err(Some) } else { Err(None) };
    let request: GraphQLRequest = read.map_err(|error| explain(body, error.as_ref()))?;
    with_query(request)
}

/// Reads a GET's query string. JSON parameters are JSON text there.
pub fn from_uri(uri: &Uri) -> Result<GraphQLRequest> {
    let pairs: axum::extract::Query<Vec<(String, String)>> = axum::extract::Query::try_from_uri(uri)
        .map_err(|error| Refusal::bad_request(format!("The query string cannot be read: {error}.")))?;
    let mut request = GraphQLRequest::default();
    let mut seen = Vec::new();
    for (name, value) in pairs.0 {
        match name.as_str() {
            "query" => request.query = Some(value),
            "operationName" => request.operation_name = Some(value).filter(|name| !name.is_empty()),
            "variables" => request.variables = map(&name, &value)?,
            "extensions" => request.extensions = map(&name, &value)?,
            _ => continue,
        }
        if seen.contains(&name) {
            return Err(Refusal::bad_request(format!("The parameter \"{name}\" is given twice.")));
        }
        seen.push(name);
    }
    with_query(request)
}

fn with_query(request: GraphQLRequest) -> Result<GraphQLRequest> {
    if request.query.is_some() {
        Ok(request)
    } else {
        Err(Refusal::bad_request("The parameter \"query\" is missing: it holds the GraphQL document."))
    }
}

/// A JSON object in a query string; an empty text and `null` are no object.
fn map<M: DeserializeOwned>(name: &str, text: &str) -> Result<Option<M>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text)
        .map_err(|_| Refusal::bad_request(format!("The parameter \"{name}\" must be a JSON object or null.")))
}

/// Says what is wrong with a body that is no request: the first parameter of a wrong type, else what the parser found.
fn explain(body: &[u8], error: Option<&serde_json::Error>) -> Refusal {
    let value = match std::str::from_utf8(body).map(|text| Value::parse(text.as_bytes())) {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => return Refusal::bad_request(format!("The body is not valid JSON: {error}.")),
        Err(error) => return Refusal::bad_request(format!("The body is not valid JSON: {error}.")),
    };
    let Value::Object(parameters) = value else {
        return Refusal::bad_request("The body must be a JSON object with a \"query\".");
    };
    for (name, expected) in
        [("query", "a string"), ("operationName", "a string"), ("variables", "an object"), ("extensions", "an object")]
    {
        let fits = match parameters.get(name) {
            None | Some(Value::Null) => true,
            Some(Value::String(_)) => expected == "a string",
            Some(Value::Object(_)) => expected == "an object",
            Some(_) => false,
        };
        if !fits {
            return Refusal::bad_request(format!("The parameter \"{name}\" must be {expected}."));
        }
    }
    let detail = error.map(ToString::to_string).unwrap_or_default();
    Refusal::bad_request(format!("The body is no GraphQL request: {detail}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(body: &str) -> String {
        format!("{:?}", from_json(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn a_request_is_read_and_nulls_are_nothing() {
        let request = from_json(br#" {"query":"{a}","variables":null,"operationName":null,"other":1} "#).unwrap();
        assert_eq!(request.query.as_deref(), Some("{a}"));
        assert!(request.variables.is_none() && request.operation_name.is_none() && request.extensions.is_none());
    }

    #[test]
    fn numbers_of_variables_keep_their_digits_and_members_their_order() {
        let variables = r#"{"z":12345678901234567890123,"a":{"y":1.10,"b":1e999}}"#;
        let posted = from_json(format!("{{\"query\":\"{{a}}\",\"variables\": {variables} }}").as_bytes()).unwrap();
        let encoded: String = variables.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let got = from_uri(&format!("/graphql?query=a&variables={encoded}").parse().unwrap()).unwrap();
        for request in [posted, got] {
            let mut out = Vec::new();
            request.variables.unwrap().write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), variables);
        }
        let deep =
            format!("{{\"query\":\"a\",\"variables\":{{\"a\":{}{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(complaint(&deep).contains("nested too deeply"), "{}", complaint(&deep));
    }

    #[test]
    fn each_fault_has_its_sentence() {
        for (body, part) in [
            ("", "has no body"),
            ("{ \"not a JSON", "not valid JSON"),
            ("\"{a}\"", "must be a JSON object"),
            ("[{\"query\":\"{a}\"}]", "one request per operation"),
            ("{}", "\\\"query\\\\\" is missing"),
            ("{\"query\":null}", "is missing"),
            ("{\"query\":0}", "\\\"query\\\\\" must be a string"),
            ("{\"query\":\"{a}\",\"operationName\":{}}", "\\\"operationName\\\\\" must be a string"),
            ("{\"query\":\"{a}\",\"variables\":[]}", "\\\"variables\\\\\" must be an object"),
            ("{\"query\":\"{a}\",\"extensions\":\"x\"}", "\\\"extensions\\\\\" must be an object"),
            ("{\"query\":\"{a}\",\"query\":\"{b}\"}", "duplicate field"),
        ] {
            let part = part.replace("\\\\", "\\");
            assert!(complaint(body).contains(&part), "{body}: {}", complaint(body));
        }
    }

    #[test]
    fn a_query_string_is_read() {
        let uri = "/graphql?query=%7Ba%7D&variables=%7B%22x%22%3A1%7D&operationName=&unknown=1".parse().unwrap();
        let request = from_uri(&uri).unwrap();
        assert_eq!(request.query.as_deref(), Some("{a}"));
        assert_eq!(request.variables.unwrap()["x"].as_u64(), Some(1));
        assert!(request.operation_name.is_none());
        for bad in
            ["/graphql", "/graphql?query=a&query=b", "/graphql?query=a&variables=1", "/graphql?query=a&extensions=x"]
        {
            assert!(from_uri(&bad.parse().unwrap()).is_err(), "{bad}");
        }
    }
}

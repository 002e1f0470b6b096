//! The parameters of a request: out of a JSON body or a query string, with a sentence for each thing that is wrong.

use http::Uri;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::{
    error::{Code, GraphQLError},
    json::JsonValue as Value,
    request::GraphQLRequest,
};

type Result<T> = std::result::Result<T, Refusal>;

/// What a POST asks for.
#[derive(Debug)]
pub enum Posted {
    /// One operation.
    One(GraphQLRequest),
    /// Several, each with an answer of its own, and errors in the places of those that cannot be read.
    Batch(Vec<std::result::Result<GraphQLRequest, GraphQLError>>),
}

/// The most operations of a refused batch that are answered, each with the error.
const MAX_REFUSED: usize = 100;

/// Reads a POST's body, which may be a batch of at most `max_batch` operations.
pub fn from_json(body: &[u8], max_batch: usize) -> Result<Posted> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Err(Refusal::bad_request("The request has no body; send JSON with a \"query\"."));
    }
    if body[0] == b'[' { batch(body, max_batch).map(Posted::Batch) } else { one(body).map(Posted::One) }
}

/// Reads a batch. One that is not taken is answered as a batch, too: links that gather requests understand nothing else.
fn batch(body: &[u8], max_batch: usize) -> Result<Vec<std::result::Result<GraphQLRequest, GraphQLError>>> {
    let entries: Vec<&RawValue> = serde_json::from_slice(body).map_err(|error| invalid_json(&error))?;
    let refused = match entries.len() {
        0 => return Err(Refusal::bad_request("The batch is empty.")),
        _ if max_batch == 0 => {
            let message = "Batches are not taken here: send one request per operation.";
            GraphQLError::new(Code::BadUserInput, message)
        }
        length if length > max_batch => {
            let message = format!("The batch has too many operations: at most {max_batch} are allowed.");
            GraphQLError::new(Code::CostExceeded, message)
                .with("limit", "operations in a batch")
                .with("maximum", max_batch)
        }
        _ => {
            return Ok(entries
                .into_iter()
                .map(|entry| one(entry.get().as_bytes()).map_err(Refusal::into_error))
                .collect());
        }
    };
    Ok(entries.iter().take(MAX_REFUSED).map(|_| Err(refused.clone())).collect())
}

/// Reads one request.
fn one(body: &[u8]) -> Result<GraphQLRequest> {
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
            "documentId" | "doc_id" => request.document_id = Some(value.into()),
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
    if request.names_document() {
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

fn invalid_json(error: &serde_json::Error) -> Refusal {
    Refusal::bad_request(format!("The body is not valid JSON: {error}."))
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
        format!("{:?}", from_json(body.as_bytes(), 0).unwrap_err())
    }

    #[test]
    fn a_request_is_read_and_nulls_are_nothing() {
        let body = br#" {"query":"{a}","variables":null,"operationName":null,"other":1} "#;
        let Posted::One(request) = from_json(body, 0).unwrap() else { panic!("no batch was sent") };
        assert_eq!(request.query.as_deref(), Some("{a}"));
        assert!(request.variables.is_none() && request.operation_name.is_none() && request.extensions.is_none());
    }

    #[test]
    fn numbers_of_variables_keep_their_digits_and_members_their_order() {
        const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
        let variables = r#"{"z":12345678901234567890123,"a":{"y":1.10,"b":1e999}}"#;
        let posted = from_json(format!("{{\"query\":\"{{a}}\",\"variables\": {variables} }}").as_bytes(), 0).unwrap();
        let Posted::One(posted) = posted else { panic!("no batch was sent") };
        let encoded: String = variables
            .bytes()
            .flat_map(|byte| ['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]])
            .collect();
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
            ("[]", "is empty"),
            ("[{]", "not valid JSON"),
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

    fn entries(body: &str, max_batch: usize) -> Vec<std::result::Result<String, String>> {
        let Posted::Batch(entries) = from_json(body.as_bytes(), max_batch).unwrap() else { panic!("{body}") };
        let query = |request: GraphQLRequest| request.query.unwrap_or_default();
        entries.into_iter().map(|entry| entry.map(query).map_err(|error| error.message)).collect()
    }

    #[test]
    fn a_batch_is_read_entry_by_entry() {
        let read = entries(r#"[{"query":"{a}"}, 1, {"query":2}, {}, [{"query":"{a}"}], {"query":"{b}"}]"#, 6);
        assert_eq!((read[0].as_deref(), read[5].as_deref()), (Ok("{a}"), Ok("{b}")));
        for (index, part) in [(1, "must be a JSON object"), (2, "must be a string"), (3, "missing"), (4, "JSON object")]
        {
            assert!(read[index].as_ref().unwrap_err().contains(part), "{:?}", read[index]);
        }
    }

    #[test]
    fn a_batch_that_is_not_taken_is_refused_entry_by_entry() {
        let of = |length: usize| format!("[{}]", vec![r#"{"query":"{a}"}"#; length].join(","));
        for (length, max_batch, answered) in [(3, 0, 3), (3, 2, 3), (5_000, 0, 100), (5_000, 10, 100)] {
            let read = entries(&of(length), max_batch);
            assert_eq!(read.len(), answered);
            assert!(read.iter().all(std::result::Result::is_err), "{read:?}");
        }
        assert!(entries(&of(2), 2).iter().all(std::result::Result::is_ok));
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

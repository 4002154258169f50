//! Mistakes of ours: a panic is caught, answered in the words of the API that was called, and told.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    fmt,
    future::poll_fn,
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind},
    pin::pin,
    sync::OnceLock,
    task::Poll,
};

use hyper::{HeaderMap, Method, Uri};
use mockorg_org::{ApiError, ErrorCode};

use crate::{
    answer::{Answer, TEXT, XML},
    bulk, dispatch,
    json::{JsonForm, JsonWriter},
    soap,
};

thread_local! {
    /// Whether this thread does something whose panic is caught here.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic of this thread happened, as its hook has told.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaughtPanic {
    /// What was done: a method and a path, or the work beside requests.
    pub during: String,
    /// What the client was told to give to the support: `1000000017-48213 (-1234567890)`. The first number counts the
    /// requests, the others are the same for the same message.
    pub error_id: String,
    /// The message of the panic.
    pub message: String,
    /// File, line and column; known to programs whose panic hook calls [`remember_panic`].
    pub place: Option<String>,
}

impl fmt::Display for CaughtPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ErrorId {}: {}", self.during, self.error_id, self.message)?;
        self.place.as_ref().map_or(Ok(()), |place| write!(f, " (at {place})"))
    }
}

/// Keeps the place of a panic for the [`CaughtPanic`] that is told of it; to be called by the panic hook of a program
/// that has one. `false` when nobody will be told, because the panic is none of a gateway's.
pub fn remember_panic(info: &PanicHookInfo<'_>) -> bool {
    let guarded = GUARDED.get();
    if guarded {
        let place = info.location().map(ToString::to_string);
        PLACE.with(|own| *own.borrow_mut() = place);
    }
    guarded
}

/// What is known of a panic.
#[derive(Debug)]
pub(crate) struct Blow {
    message: String,
    place: Option<String>,
}

impl Blow {
    fn of(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        // What a client wrote may be quoted in it, and must not forge lines of a log.
        let clean =
            |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(1000).collect();
        let message = text.map_or_else(|| "a panic without a message".to_owned(), clean);
        Self { message, place: PLACE.with(|place| place.borrow_mut().take()) }
    }

    /// The id under which the panic can be found again.
    fn error_id(&self, request: u64) -> String {
        // FNV-1a: the same mistake has the same numbers.
        let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        let hash = self.message.bytes().fold(0x811c_9dc5, step);
        format!("{}-{} ({})", 1_000_000_000 + request, hash % 100_000, hash.cast_signed())
    }
}

/// Does something whose panic is not to go further.
pub(crate) fn guarded<T>(f: impl FnOnce() -> T) -> Result<T, Blow> {
    let outer = GUARDED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(f));
    GUARDED.set(outer);
    outcome.map_err(|payload| Blow::of(&*payload))
}

/// Waits for something whose panic is not to go further.
pub(crate) async fn guard<F: Future>(future: F) -> Result<F::Output, Blow> {
    let mut future = pin!(future);
    poll_fn(|context| match guarded(|| future.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(blow) => Poll::Ready(Err(blow)),
    })
    .await
}

/// Tells of a panic.
type Tell = Box<dyn Fn(&CaughtPanic) + Send + Sync>;

/// Who is told of panics.
#[derive(Default)]
pub(crate) struct Panics {
    tell: OnceLock<Tell>,
}

impl Panics {
    /// Has every panic told from now on; only the first who asks for it is told.
    pub(crate) fn tell(&self, tell: impl Fn(&CaughtPanic) + Send + Sync + 'static) {
        // A second one would have to share what it is told with the first.
        let _ = self.tell.set(Box::new(tell));
    }

    /// Tells of a panic; gives its id.
    pub(crate) fn note(&self, during: String, request: u64, blow: Blow) -> String {
        let error_id = blow.error_id(request);
        if let Some(tell) = self.tell.get() {
            let Blow { message, place } = blow;
            tell(&CaughtPanic { during, error_id: error_id.clone(), message, place });
        }
        error_id
    }

    /// Tells of a panic in a request; gives what its client gets.
    pub(crate) fn answer(&self, (method, uri): (&Method, &Uri), request: u64, blow: Blow) -> Answer {
        let id = self.note(format!("{method} {}", uri.path()), request, blow);
        answer(uri.path(), &id)
    }
}

/// The answer in the words of the API that was called.
fn answer(path: &str, id: &str) -> Answer {
    let message =
        format!("An unexpected error occurred. Please include this ErrorId if you contact support: {id}");
    let path = path.to_ascii_lowercase();
    let error = ApiError::exception(ErrorCode::UnknownException, message.clone());
    if path.starts_with("/services/soap/") {
        return Answer::new(500, XML, soap::unexpected(&path, &error));
    }
    if path.starts_with("/services/async/") {
        return bulk::refuse_classic(false, &error);
    }
    if path.starts_with("/cometd") {
        // Clients of Bayeux take it for a failure of the transport, and try again.
        return Answer::new(500, TEXT, message);
    }
    let members = if path.starts_with("/services/oauth2/") {
        [("error", "unknown_error"), ("error_description", &*message)]
    } else if path.starts_with("/__mockorg/") {
        [("error", &*message), ("hint", "this is a mistake of mockorg; its log tells where it happened")]
    } else {
        return dispatch::refuse(&error.into(), &HeaderMap::new());
    };
    let mut w = JsonWriter::new(JsonForm::Compact);
    w.begin_object();
    for (name, text) in members {
        w.key(name).string(text);
    }
    w.end_object();
    Answer::json(500, w.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(path: &str) -> (u16, String) {
        let answer = answer(path, "1000000001-1 (-2)");
        (answer.status, String::from_utf8(answer.body.to_vec()).unwrap())
    }

    #[test]
    fn each_api_has_words_of_its_own_for_a_mistake_of_the_server() {
        let message = "An unexpected error occurred. Please include this ErrorId if you contact support: 1000000001-1 (-2)";
        let rest = format!(r#"[{{"message":"{message}","errorCode":"UNKNOWN_EXCEPTION"}}]"#);
        for (path, expected) in [
            ("/services/data/v62.0/limits", rest.as_str()),
            ("/services/Soap/u/62.0", "<faultcode>sf:UNKNOWN_EXCEPTION</faultcode>"),
            ("/services/async/62.0/job", "<exceptionCode>Unknown</exceptionCode>"),
            ("/services/oauth2/token", r#"{"error":"unknown_error","error_description":"An unexpected"#),
            ("/cometd/62.0", message),
            ("/__mockorg/health", r#"{"error":"An unexpected error"#),
        ] {
            let (status, text) = body(path);
            assert!(
                status == 500 && text.contains(expected) && text.contains("1000000001-1 (-2)"),
                "{path}: {text}"
            );
        }
    }

    #[test]
    fn a_panic_is_caught_with_its_message_and_told_with_an_id_that_repeats() {
        let blow = guarded(|| panic!("on {}\npurpose", "good")).unwrap_err();
        assert_eq!((&*blow.message, blow.place.as_deref()), ("on good purpose", None));
        let (panics, told) = (Panics::default(), std::sync::Arc::new(std::sync::Mutex::new(Vec::new())));
        let listener = std::sync::Arc::clone(&told);
        panics.tell(move |panic| listener.lock().unwrap().push(panic.to_string()));
        let id = panics.note("GET /x".to_owned(), 17, blow);
        assert!(id.starts_with("1000000017-") && id.ends_with(')'), "{id}");
        assert_eq!(*told.lock().unwrap(), [format!("GET /x: ErrorId {id}: on good purpose")]);
        assert!(!GUARDED.get());
    }
}

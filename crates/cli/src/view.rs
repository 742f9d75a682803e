//! `dosimeter view`: the report over the store, live, for whoever sits at this machine.
//!
//! Loopback only and read-only. Other programs of the machine and pages in the browser can reach a port
//! too, so every request needs the token that is printed once, and must be addressed to this machine by
//! its own name: a page elsewhere whose name suddenly means 127.0.0.1 gets nothing.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use dosimeter_classifier::RuleSet;
use dosimeter_record::FingerprintKey;

use crate::{
    args::{StateArgs, ViewArgs},
    classifier::rule_set,
    error::Error,
    exit::Exit,
    report::html,
    state,
    terminal::Terminal,
    worker,
};

/// Runs the command until it is interrupted.
pub(crate) fn run(args: &ViewArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    if !args.listen.ip().is_loopback() {
        return Err(Error::Usage(
            "findings are shown on this machine only; listen on 127.0.0.1 or [::1], and reach it \
             from elsewhere through ssh -L"
                .to_owned(),
        ));
    }
    // Says what is wrong with the store before anybody opens a page.
    drop(state::reader(&args.state)?);
    let rules = rule_set(&args.rules)?;
    worker::runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.listen).await;
        let listener =
            listener.map_err(|error| Error::Listen { address: args.listen, kind: error.kind() })?;
        let address = listener.local_addr().map_err(|error| Error::Runtime(error.kind()))?;
        let door = Door::new(address)?;
        terminal.line(format_args!("http://{address}/?token={}", door.token))?;
        terminal.note("open this address in a browser; reload for fresh data, Ctrl-C to stop");
        terminal.flush()?;
        let shared = Arc::new(Shared { door, state: args.state.clone(), rules });
        let router = Router::new().fallback(answer).with_state(shared);
        let stopped = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
        let served = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
        served.map_err(|error| Error::Runtime(error.kind()))?;
        Ok(Exit::Clean)
    })
}

/// What every request needs.
struct Shared {
    door: Door,
    state: StateArgs,
    rules: RuleSet,
}

/// Who may come in.
struct Door {
    token: String,
    hosts: [String; 2],
    cookie: String,
}

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It may see the page.
    Welcome,
    /// It brings the token in its address, which a cookie keeps from now on.
    Remember,
    /// It may not.
    Refused,
}

impl Door {
    fn new(address: SocketAddr) -> Result<Self, Error> {
        // A key is 32 random bytes as well.
        let random = FingerprintKey::random().map_err(|_| Error::NoRandomness)?;
        let port = address.port();
        Ok(Self {
            token: random.to_hex().to_string(),
            hosts: [address.to_string(), format!("localhost:{port}")],
            // Cookies are shared by all ports of a host.
            cookie: format!("dosimeter-{port}="),
        })
    }

    fn judge(&self, headers: &HeaderMap, query: Option<&str>) -> Verdict {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        if !text(header::HOST).is_some_and(|host| self.hosts.iter().any(|own| own == host)) {
            return Verdict::Refused;
        }
        let bearer = text(header::AUTHORIZATION).and_then(|given| given.strip_prefix("Bearer "));
        let cookies = text(header::COOKIE).unwrap_or_default().split(';').map(str::trim);
        let mut tokens = cookies.filter_map(|cookie| cookie.strip_prefix(&self.cookie));
        if bearer.into_iter().chain(&mut tokens).any(|token| self.is_token(token)) {
            return Verdict::Welcome;
        }
        let query = query.unwrap_or_default().split('&');
        let mut given = query.filter_map(|pair| pair.strip_prefix("token="));
        if given.any(|token| self.is_token(token)) { Verdict::Remember } else { Verdict::Refused }
    }

    /// Looks at all bytes in any case, so that the time says nothing about the token.
    fn is_token(&self, given: &str) -> bool {
        let differing =
            given.bytes().zip(self.token.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
        differing == 0 && given.len() == self.token.len()
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let uri = request.uri();
    if *request.method() != Method::GET {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "this page can only be read\n");
    }
    match shared.door.judge(request.headers(), uri.query()) {
        Verdict::Refused => plain(
            StatusCode::FORBIDDEN,
            "open the address that `dosimeter view` printed; it holds a token of its own for each start\n",
        ),
        Verdict::Remember => remember(&shared.door),
        Verdict::Welcome => match uri.path() {
            "/" => page(shared).await,
            "/favicon.ico" => plain(StatusCode::NO_CONTENT, ""),
            _ => plain(StatusCode::NOT_FOUND, "there is one page: /\n"),
        },
    }
}

/// Keeps the token out of the history and of what people copy from the address bar.
fn remember(door: &Door) -> Response {
    let mut response = plain(StatusCode::SEE_OTHER, "");
    let cookie = format!("{}{}; HttpOnly; SameSite=Strict; Path=/", door.cookie, door.token);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    response
}

async fn page(shared: Arc<Shared>) -> Response {
    let made = tokio::task::spawn_blocking(move || {
        let store = state::reader(&shared.state)?;
        let mut page = Vec::new();
        html::of_store(&*store, &shared.rules)?.write(&mut page)?;
        Ok::<_, Error>(page)
    });
    match made.await {
        Ok(Ok(page)) => respond(StatusCode::OK, "text/html; charset=utf-8", page),
        Ok(Err(error)) => plain(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error}\n")),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "the report could not be made\n"),
    }
}

fn plain(status: StatusCode, text: &str) -> Response {
    respond(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
}

fn respond(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let fixed = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let policy = format!("{}; frame-ancestors 'none'", dosimeter_report::policy());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &str)], query: Option<&str>, expected: &Verdict) {
        let door = Door {
            token: "abc".to_owned(),
            hosts: ["127.0.0.1:7".to_owned(), "localhost:7".to_owned()],
            cookie: "dosimeter-7=".to_owned(),
        };
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<header::HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
        });
        let headers: HeaderMap = headers.collect();
        assert_eq!(door.judge(&headers, query), *expected, "{headers:?} {query:?}");
    }

    #[test]
    fn only_who_has_the_token_and_means_this_machine_comes_in() {
        let host = ("host", "127.0.0.1:7");
        check(&[host], Some("token=abc"), &Verdict::Remember);
        check(
            &[("host", "localhost:7"), ("cookie", "a=b; dosimeter-7=abc")],
            None,
            &Verdict::Welcome,
        );
        check(&[host, ("authorization", "Bearer abc")], None, &Verdict::Welcome);
        check(&[host], None, &Verdict::Refused);
        for token in ["token=", "token=ab", "token=abcd", "token=abd", "abc"] {
            check(&[host], Some(token), &Verdict::Refused);
        }
        // A name that was made to point here, and none at all.
        check(&[("host", "evil.example:7")], Some("token=abc"), &Verdict::Refused);
        check(&[("host", "127.0.0.1")], Some("token=abc"), &Verdict::Refused);
        check(&[], Some("token=abc"), &Verdict::Refused);
        check(&[host, ("cookie", "dosimeter-8=abc")], None, &Verdict::Refused);
    }
}

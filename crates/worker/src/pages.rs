//! Lists that come in pages, each with the token of the next.

use dosimeter_client::{Error, PageToken, TokenPage};

/// Which page of a list a walk is to ask for.
pub(crate) enum Next {
    /// The page of this token; the first, without one.
    Page(Option<PageToken>),
    End,
}

impl Next {
    pub(crate) const FIRST: Self = Self::Page(None);

    /// What a page says of the one behind it.
    pub(crate) fn after(token: Option<PageToken>) -> Self {
        token.map_or(Self::End, |token| Self::Page(Some(token)))
    }

    /// Leaves the end behind, so that a page that fails is the last.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::End)
    }
}

/// Does something with each item of a list. For what is not spawned: such closures are not known to be sent.
pub(crate) async fn each<T>(
    list: impl AsyncFn(Option<&PageToken>) -> Result<TokenPage<T>, Error>,
    item: impl FnMut(T),
) -> Result<(), Error> {
    let (mut next, mut item) = (Next::FIRST, item);
    while let Next::Page(token) = next {
        let page = list(token.as_ref()).await?;
        page.items.into_iter().for_each(&mut item);
        next = Next::after(page.next);
    }
    Ok(())
}

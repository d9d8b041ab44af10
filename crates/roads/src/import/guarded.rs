//! Calls into a reader that panics on what a file may hold: the panic is caught, and says nothing.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `call` gives; none where it panics.
pub(crate) fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let loud = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                loud(panic);
            }
        }));
    });
    IS_GUARDED.set(true);
    let done = catch_unwind(AssertUnwindSafe(call));
    IS_GUARDED.set(false);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_answer_and_the_next_call_goes_on() {
        let number =
            |text: &str| guarded(|| text.parse::<u8>().map_err(|_| panic!("no number"))).map(Result::ok);
        assert_eq!(number("x"), None);
        assert_eq!(number("7"), Some(Some(7)));
    }
}

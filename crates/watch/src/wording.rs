//! Words made of parts: templates that are data, with words in braces that are filled.

use std::collections::HashMap;

/// A word in braces that nothing fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateFault(pub String);

/// What fills the words in braces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template(HashMap<&'static str, String>);

impl Template {
    /// Sets what stands for `word`.
    pub fn with(mut self, word: &'static str, text: impl std::fmt::Display) -> Self {
        self.0.insert(word, text.to_string());
        self
    }

    /// `text` with its words filled; a word that nothing fills stays away.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len() * 2);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let (word, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(self.0.get(word).map_or("", String::as_str));
            rest = after;
        }
        filled + rest
    }

    /// The first word in braces of `text` that is not one of `words`.
    pub fn check(text: &str, words: &[&str]) -> Result<(), TemplateFault> {
        let held = text.split('{').skip(1).map(|part| part.split_once('}').map_or(part, |(word, _)| word));
        for word in held {
            if !words.contains(&word) {
                return Err(TemplateFault(word.to_owned()));
            }
        }
        Ok(())
    }
}

#[test]
fn words_are_filled_and_checked() {
    let template = Template::default().with("a", 7).with("b", "山");
    assert_eq!(template.fill("x {a} y {b}{c}."), "x 7 y 山.");
    assert_eq!(Template::check("{a} {b}", &["a", "b"]), Ok(()));
    assert_eq!(Template::check("{a} {q}", &["a", "b"]), Err(TemplateFault("q".to_owned())));
}

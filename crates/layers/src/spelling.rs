//! Whether a text holds what was typed, as it stands or spelled in Hanyu Pinyin: `jfb` finds 解放碑.
//!
//! A [`Needle`] is made once and asked of millions of texts, so that a text that does not match costs no memory.
//! Deliberately absent: guesses at what was mistyped, ranks, incomplete syllables.

mod syllables;

use syllables::{initials, is_initial, spelled};

/// The steps of a word fit into the bits of a number; nobody spells a longer one.
const LONGEST_SPELLED: usize = 63;

/// What is looked for: words, all of which a text must hold, in any order.
///
/// Case does not count. A word with Latin letters also matches Chinese characters by their initials, by whole syllables
/// without tones, or by a mixture, from any character on; `v` and `u` both stand for `ü`, and every reading of a
/// character counts. All other characters match themselves.
#[derive(Clone, Debug)]
pub struct Needle {
    words: Vec<Word>,
}

impl Needle {
    /// The words of `text`, told apart by blanks; `None` where there is none.
    pub fn new(text: &str) -> Option<Self> {
        let words: Vec<Word> = text.split_whitespace().map(Word::new).collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// Whether `text` holds every word.
    pub fn matches(&self, text: &str) -> bool {
        self.words.iter().all(|word| word.is_in(text))
    }
}

#[derive(Clone, Debug)]
struct Word {
    letters: Vec<char>,
    /// The letters in UTF-8.
    bytes: Vec<u8>,
    /// True where Chinese characters may be spelled by it.
    spells: bool,
    /// True where only ASCII has case, so that bytes can be compared.
    is_plain: bool,
}

impl Word {
    fn new(text: &str) -> Self {
        let letters: Vec<char> = text.chars().map(lower).collect();
        let bytes = letters.iter().collect::<String>().into_bytes();
        let is_latin = |letter: &char| letter.is_ascii_lowercase() || *letter == 'ü';
        let spells = letters.len() <= LONGEST_SPELLED && letters.iter().any(is_latin);
        let has_case = |letter: &char| !letter.is_ascii() && letter.to_uppercase().ne([*letter]);
        let is_plain = !letters.iter().any(has_case);
        Self { letters, bytes, spells, is_plain }
    }

    fn is_in(&self, text: &str) -> bool {
        if self.spells && !text.is_ascii() {
            self.is_spelled_in(text)
        } else if self.is_plain {
            self.stands_in(text.as_bytes())
        } else {
            text.char_indices().any(|(from, _)| {
                let mut rest = text[from..].chars().map(lower);
                self.letters.iter().all(|letter| rest.next() == Some(*letter))
            })
        }
    }

    /// Whether the bytes are in `text`, where at most ASCII letters are of another case.
    fn stands_in(&self, text: &[u8]) -> bool {
        let Some((first, rest)) = self.bytes.split_first() else { return true };
        let Some(last) = text.len().checked_sub(rest.len()) else { return false };
        let capital = first.to_ascii_uppercase();
        text[..last].iter().enumerate().any(|(from, byte)| {
            (byte == first || *byte == capital)
                && text[from + 1..from + self.bytes.len()].eq_ignore_ascii_case(rest)
        })
    }

    /// One walk over `text`. Bit `n` of `met` is set where the first `n` letters are met by the characters just before,
    /// so that all ways to spell them are followed at once.
    fn is_spelled_in(&self, text: &str) -> bool {
        let mut met = 0_u64;
        for character in text.chars().map(lower) {
            let initials = initials(character);
            // A match may begin at any character.
            let mut before = met | 1;
            met = 0;
            while before != 0 {
                let n = before.trailing_zeros() as usize;
                before &= before - 1;
                let letter = self.letters[n];
                if letter == character {
                    met |= 1 << (n + 1);
                } else if is_initial(letter, initials) {
                    met |= 1 << (n + 1);
                    let ends = spelled(character, &self.letters[n..]);
                    ends.for_each(|length| met |= 1 << (n + length));
                }
            }
            if met >> self.letters.len() & 1 == 1 {
                return true;
            }
        }
        false
    }
}

/// The small form of a letter that has one of one character.
fn lower(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    // No character from here to the end of the common Chinese ones has case, and to look that up would take longer than all
    // the rest.
    if ('\u{3000}'..'\u{A000}').contains(&letter) {
        return letter;
    }
    let mut small = letter.to_lowercase();
    if small.len() == 1 { small.next().unwrap_or(letter) } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(needle: &str, found: &[&str], missed: &[&str]) {
        let made = Needle::new(needle).unwrap();
        found.iter().for_each(|text| assert!(made.matches(text), "{needle} is in {text}"));
        missed.iter().for_each(|text| assert!(!made.matches(text), "{needle} is not in {text}"));
    }

    #[test]
    fn a_text_is_found_as_it_stands_whatever_its_case() {
        check("解放", &["解放碑", "重庆解放碑 1"], &["解", "放解", ""]);
        check("d-0a", &["500103-D-0A1", "D-0a"], &["d-0", "d0a", ""]);
        check("ÉCOLE", &["l’école", "École 3"], &["ecole"]);
        check("3号a", &["井盖3号A座"], &["井盖3号", "3a号"]);
        check("２", &["井盖２"], &["井盖2"]);
    }

    #[test]
    fn chinese_is_found_by_initials_syllables_and_mixtures() {
        let tower = ["解放碑", "重庆解放碑1", "x解放碑"];
        for needle in ["jfb", "jiefangbei", "jiefb", "jfbei", "JieFangBei"] {
            check(needle, &tower, &["解放", "碑放解", "解x放碑", "jie放", ""]);
        }
        check("fangb", &tower, &["解放", "放x碑"]);
        check("jfb1", &["解放碑1", "解放碑12"], &["解放碑", "解放碑2"]);
        check("解fb", &["解放碑"], &["放碑"]);
        check("jief碑", &["解放碑"], &["解放"]);
        // A syllable is spelled whole or by its initial.
        check("jiefan", &["借饭"], &["解放碑"]);
        check("xian", &["西安", "先"], &["西"]);
    }

    #[test]
    fn every_reading_counts_and_u_with_dots_has_three_spellings() {
        for needle in ["cq", "chongqing", "zhongqing", "cqing", "zq"] {
            check(needle, &["重庆", "重慶"], &["庆重"]);
        }
        for needle in ["lv", "lu", "lü", "LÜ"] {
            check(needle, &["绿", "吕"], &["三"]);
        }
        check("lvse", &["绿色"], &["路色"]);
        check("nve", &["虐"], &["那"]);
    }

    #[test]
    fn all_words_must_be_found_and_blanks_are_none() {
        check("  bei\t jief 1 ", &["解放碑1", "1 北 解放"], &["解放碑", "碑1"]);
        for blank in ["", " ", "\t\n", "\u{3000}"] {
            assert!(Needle::new(blank).is_none());
        }
    }

    #[test]
    fn long_words_end_in_time() {
        let long = "a".repeat(10_000);
        check(&long, &[&long], &["啊", &"啊".repeat(3_000)]);
        check(&"nen".repeat(21), &[&"嗯恩".repeat(21)], &[&"嗯".repeat(30)]);
    }
}

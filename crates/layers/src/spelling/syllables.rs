//! How single characters are spelled in Hanyu Pinyin, after the data of the crate `pinyin` (<https://pinyin-data.mozillazg.com>).

use pinyin::{Pinyin, ToPinyinMulti};
use std::sync::LazyLock;

/// The block of common characters, CJK Unified Ideographs, U+4E00 to U+9FFF.
const COMMON: std::ops::Range<u32> = 0x4E00..0xA000;

/// A bit for each letter that a reading of a character begins with, for the common characters.
static INITIALS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let of = |code| char::from_u32(code).map_or(0, looked_up);
    COMMON.map(of).collect()
});

fn readings(character: char) -> impl Iterator<Item = &'static str> {
    character.to_pinyin_multi().into_iter().flatten().map(Pinyin::plain)
}

fn looked_up(character: char) -> u32 {
    let bit = |reading: &str| match reading.chars().next() {
        Some('ê') => bit_of('e'),
        Some(letter) => bit_of(letter),
        None => 0,
    };
    readings(character).fold(0, |all, reading| all | bit(reading))
}

fn bit_of(letter: char) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (letter as u32 - 'a' as u32) } else { 0 }
}

/// A bit for each letter, `a` lowest, that a reading of `character` begins with; none for what is not Chinese.
pub(super) fn initials(character: char) -> u32 {
    let code = u32::from(character);
    if code < 0x3000 {
        0
    } else if COMMON.contains(&code) {
        INITIALS.get((code - COMMON.start) as usize).copied().unwrap_or(0)
    } else {
        looked_up(character)
    }
}

/// Whether `letter` is among `initials`.
pub(super) fn is_initial(letter: char, initials: u32) -> bool {
    bit_of(letter) & initials != 0
}

/// How many of `letters` each reading of `character` takes that they begin with.
pub(super) fn spelled(character: char, letters: &[char]) -> impl Iterator<Item = usize> + '_ {
    readings(character).filter_map(|reading| {
        let mut length = 0;
        for sound in reading.chars() {
            let same = letters.get(length).is_some_and(|letter| match sound {
                'ü' => matches!(letter, 'ü' | 'v' | 'u'),
                'ê' => matches!(letter, 'ê' | 'e'),
                _ => *letter == sound,
            });
            if !same {
                return None;
            }
            length += 1;
        }
        Some(length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_all_readings() {
        for (character, letters) in [('重', "czt"), ('碑', "b"), ('绿', "l"), ('诶', "e"), ('〇', "lyx")]
        {
            for letter in letters.chars() {
                assert!(is_initial(letter, initials(character)), "{letter} begins {character}");
            }
            assert!(!is_initial('w', initials(character)));
        }
        for character in ['a', '1', 'é', '。', '\u{10FFFF}'] {
            assert_eq!(initials(character), 0, "{character}");
        }
    }
}

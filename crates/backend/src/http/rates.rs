//! How often somebody asks: whoever asks more often than their share allows is told when to come again.

use crate::limits::Rate;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many shares are kept in mind; when there are more, those that nothing was taken of for long are forgotten.
const MOST: usize = 10_000;

/// Whose share it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// A person's, by the name in their token.
    Person(String),
    /// A machine's.
    Machine(IpAddr),
}

impl Whose {
    /// The share of the machine at an address. One machine has all of a /64 of IPv6 (RFC 4291, 2.5.1).
    pub fn machine(address: IpAddr) -> Self {
        Self::Machine(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
            address => address,
        })
    }
}

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Commands.
    Commands,
    /// What is read at once.
    Reads,
    /// Streams opened.
    Streams,
    /// Tokens that were not accepted.
    Refusals,
}

/// What was taken of each share: the instant at which it is whole again.
#[derive(Debug, Default)]
pub struct Rates(Mutex<HashMap<(Whose, Kind), Instant>>);

impl Rates {
    /// Takes one of a share; where nothing is left, says how long to wait for it.
    ///
    /// This is the generic cell rate algorithm (ITU-T I.371): each taking moves the instant at which the share is
    /// whole again on by the time between two, and that instant may be ahead of now by a burst.
    pub fn take(&self, whose: &Whose, kind: Kind, rate: Rate, now: Instant) -> Result<(), Duration> {
        let between = Duration::from_secs_f64(1.0 / rate.per_s.max(1e-6));
        let ahead = between * rate.burst.saturating_sub(1);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= MOST && !taken.contains_key(&(whose.clone(), kind)) {
            taken.retain(|_, whole| *whole > now);
            // So many at once are no people at work: what they took is forgotten rather than memory filled.
            if taken.len() >= MOST {
                taken.clear();
            }
        }
        let whole = taken.entry((whose.clone(), kind)).or_insert(now);
        let from = (*whole).max(now);
        match from.duration_since(now).checked_sub(ahead) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *whole = from + between;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn li() -> Whose {
        Whose::Person("officer:li".to_owned())
    }

    #[test]
    fn a_burst_is_let_through_and_then_the_rate_and_others_are_not_touched() {
        let (rates, rate, now) = (Rates::default(), Rate::new(20.0, 100), Instant::now());
        for n in 0..100 {
            assert_eq!(rates.take(&li(), Kind::Commands, rate, now), Ok(()), "{n}");
        }
        assert_eq!(rates.take(&li(), Kind::Commands, rate, now), Err(Duration::from_millis(50)));
        assert_eq!(rates.take(&li(), Kind::Reads, rate, now), Ok(()));
        assert_eq!(rates.take(&Whose::Person("officer:wang".into()), Kind::Commands, rate, now), Ok(()));
        // For ten seconds on, twenty a second and no more.
        let mut through = 0;
        for ms in 0..10_000 {
            let at = now + Duration::from_millis(ms + 1);
            through += usize::from(rates.take(&li(), Kind::Commands, rate, at).is_ok());
        }
        assert_eq!(through, 200);
        // After a rest the burst is there again.
        let later = now + Duration::from_secs(60);
        let through = (0..150).filter(|_| rates.take(&li(), Kind::Commands, rate, later).is_ok()).count();
        assert_eq!(through, 100);
    }

    #[test]
    fn the_memory_of_many_is_bounded() {
        let (rates, rate, now) = (Rates::default(), Rate::new(1.0, 1), Instant::now());
        for n in 0..3 * MOST {
            let machine = Whose::machine(IpAddr::from(Ipv6Addr::from_bits((n as u128) << 64)));
            rates.take(&machine, Kind::Refusals, rate, now).unwrap();
        }
        assert!(rates.0.lock().unwrap().len() <= MOST);
    }

    #[test]
    fn a_machine_is_one_however_it_writes_its_address() {
        let machine = |text: &str| Whose::machine(text.parse().unwrap());
        assert_eq!(machine("2001:db8::1"), machine("2001:db8::ffff:1"));
        assert_ne!(machine("2001:db8::1"), machine("2001:db8:0:1::1"));
        assert_eq!(machine("::ffff:10.0.0.1"), machine("10.0.0.1"));
    }
}

//! What rules have seen of single devices. A slot exists only while there is something to remember: a device at which
//! nothing is past any level has none. The slots of a device are a chain in the order of their rules.

use super::board::Seat;
use super::devices::NOWHERE;
use super::state::State;

/// What one rule has seen of one device.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub rule: u32,
    next: u32,
    /// For how many readings nothing happened.
    pub rest: u8,
    /// The state after the newest reading.
    pub now: State,
    /// The state before the oldest reading that is kept.
    pub base: State,
    pub seat: Seat,
}

impl Slot {
    /// The next slot of the chain.
    pub fn next(&self) -> u32 {
        self.next
    }
}

/// All slots, and the places of those that were freed.
#[derive(Debug, Default)]
pub(super) struct Slots {
    all: Vec<Slot>,
    free: Vec<u32>,
}

/// A walk along a chain, from rule to rule.
pub(super) struct Walk {
    before: u32,
    here: u32,
}

impl Walk {
    pub fn from(head: u32) -> Self {
        Self { before: NOWHERE, here: head }
    }
}

impl Slots {
    pub fn look(&self, slot: u32) -> &Slot {
        &self.all[slot as usize]
    }

    pub fn get(&mut self, slot: u32) -> &mut Slot {
        &mut self.all[slot as usize]
    }

    /// The slot of `rule`, which must not lie before the rules asked for already.
    pub fn seek(&self, walk: &mut Walk, rule: u32) -> Option<u32> {
        while walk.here != NOWHERE && self.all[walk.here as usize].rule < rule {
            walk.before = walk.here;
            walk.here = self.all[walk.here as usize].next;
        }
        (walk.here != NOWHERE && self.all[walk.here as usize].rule == rule).then_some(walk.here)
    }

    /// A new slot where [`Slots::seek`] found none.
    pub fn insert(&mut self, walk: &mut Walk, head: &mut u32, rule: u32) -> u32 {
        let slot = Slot {
            rule,
            next: walk.here,
            rest: 0,
            now: State::IDLE,
            base: State::IDLE,
            seat: Seat::default(),
        };
        let place = match self.free.pop() {
            Some(place) => {
                self.all[place as usize] = slot;
                place
            }
            None => {
                self.all.push(slot);
                self.all.len() as u32 - 1
            }
        };
        match walk.before {
            NOWHERE => *head = place,
            before => self.all[before as usize].next = place,
        }
        walk.here = place;
        place
    }

    /// The slots of a chain.
    pub fn chain(&self, head: u32) -> impl Iterator<Item = u32> + '_ {
        let next = |slot: &u32| Some(self.all[*slot as usize].next).filter(|next| *next != NOWHERE);
        std::iter::successors(Some(head).filter(|head| *head != NOWHERE), next)
    }

    /// Frees the slots of a chain that `gone` is true of.
    pub fn sweep(&mut self, head: &mut u32, gone: impl Fn(&Slot) -> bool) {
        let (mut before, mut here) = (NOWHERE, *head);
        while here != NOWHERE {
            let next = self.all[here as usize].next;
            if gone(&self.all[here as usize]) {
                self.all[here as usize].seat = Seat::default();
                self.free.push(here);
                match before {
                    NOWHERE => *head = next,
                    before => self.all[before as usize].next = next,
                }
            } else {
                before = here;
            }
            here = next;
        }
    }

    /// How many slots are in use.
    pub fn len(&self) -> usize {
        self.all.len() - self.free.len()
    }

    /// Gives the slots of a chain the new places of their rules; the chain stays in the order of rules.
    pub fn renumber(&mut self, head: &mut u32, new_place: impl Fn(u32) -> Option<u32>) {
        let mut chain: Vec<u32> = self.chain(*head).collect();
        for slot in &chain {
            let slot = &mut self.all[*slot as usize];
            slot.rule = new_place(slot.rule).unwrap_or(slot.rule);
        }
        chain.sort_by_key(|slot| self.all[*slot as usize].rule);
        *head = NOWHERE;
        for slot in chain.into_iter().rev() {
            self.all[slot as usize].next = *head;
            *head = slot;
        }
    }
}

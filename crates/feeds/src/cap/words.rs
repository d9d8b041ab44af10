//! The words that CAP 1.2 (3.2) allows in its coded elements.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            /// The word on the wire.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)+ }
            }

            /// The value of a word; services differ in capitals. `None` where the standard has no such word.
            pub fn from_word(word: &str) -> Option<Self> {
                $(if word.eq_ignore_ascii_case(stringify!($variant)) { return Some(Self::$variant); })+
                None
            }
        }
    };
}

words! {
    /// Whether a message is meant in earnest (status).
    MessageStatus {
        /// To be acted on by all.
        Actual,
        /// To be acted on by those who take part in an exercise (演练).
        Exercise,
        /// Between the machines of a network.
        System,
        /// A technical test, to be disregarded.
        Test,
        /// Not to be acted on as it stands.
        Draft,
    }
}

words! {
    /// What a message does (msgType).
    MessageType {
        /// Begins a warning.
        Alert,
        /// Replaces the messages it references.
        Update,
        /// Ends the messages it references.
        Cancel,
        /// Says that the messages it references were received.
        Ack,
        /// Says that the messages it references were rejected.
        Error,
    }
}

words! {
    /// For whom a message is (scope).
    Scope {
        /// Everybody.
        Public,
        /// Those whom `restriction` names.
        Restricted,
        /// Those whom `addresses` names.
        Private,
    }
}

words! {
    /// The kind of an event (category).
    Category {
        /// Geophysical, landslides too.
        Geo,
        /// Meteorological, floods too.
        Met,
        /// General emergency and public safety.
        Safety,
        /// Law enforcement and security.
        Security,
        /// Rescue and recovery.
        Rescue,
        /// Fire suppression and rescue.
        Fire,
        /// Medical and public health.
        Health,
        /// Pollution and environment.
        Env,
        /// Public and private transport.
        Transport,
        /// Utilities and telecommunication.
        Infra,
        /// Chemical, biological, radiological, nuclear or explosive.
        CBRNE,
        /// Any other.
        Other,
    }
}

words! {
    /// What people are asked to do (responseType).
    ResponseType {
        /// Take shelter.
        Shelter,
        /// Leave.
        Evacuate,
        /// Make preparations.
        Prepare,
        /// Carry out what was planned.
        Execute,
        /// Keep away.
        Avoid,
        /// Attend to information.
        Monitor,
        /// Look at the information given and judge.
        Assess,
        /// The danger is over.
        AllClear,
        /// Nothing.
        None,
    }
}

words! {
    /// How soon to act (urgency), soonest first.
    Urgency {
        /// Now.
        Immediate,
        /// Within the next hour.
        Expected,
        /// In the near future.
        Future,
        /// No longer needed.
        Past,
        /// Not known.
        Unknown,
    }
}

words! {
    /// How bad it is (severity), worst first.
    Severity {
        /// Extraordinary threat.
        Extreme,
        /// Significant threat.
        Severe,
        /// Possible threat.
        Moderate,
        /// Minimal or no known threat.
        Minor,
        /// Not known.
        Unknown,
    }
}

words! {
    /// How sure it is (certainty), surest first.
    Certainty {
        /// It happened or happens.
        Observed,
        /// More than about one half.
        Likely,
        /// Not more than about one half.
        Possible,
        /// Next to nothing.
        Unlikely,
        /// Not known.
        Unknown,
    }
}

impl MessageStatus {
    /// As the city's own things are marked. A test, a draft and a network's own message are no news of any city.
    pub fn of_the_city(self) -> Option<city::Status> {
        match self {
            Self::Actual => Some(city::Status::Actual),
            Self::Exercise => Some(city::Status::Exercise),
            Self::System | Self::Test | Self::Draft => None,
        }
    }
}

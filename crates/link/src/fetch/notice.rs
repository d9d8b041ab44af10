//! The words the licence of the Copernicus elevation models asks for.
//!
//! Article 6 of the licence: (a) the notice of the data as they are, (b) the notice of what is made of them, (c) the
//! sentence on liability. <https://documentation.dataspace.copernicus.eu/APIs/SentinelHub/Data/DEM/resources/license/License-COPDEM-30.pdf>

use super::tiles::Resolution;

/// The licence text.
pub(crate) const LICENCE: &str = "https://documentation.dataspace.copernicus.eu/APIs/SentinelHub/Data/DEM/resources/license/License-COPDEM-30.pdf";
/// The register that offers the buckets, and the terms it offers them under.
const REGISTER: &str = "https://registry.opendata.aws/copernicus-dem/";
/// The notice of the files as they are (article 6 a).
pub(crate) const OWNERS: &str = "© DLR e.V. 2010-2014 and © Airbus Defence and Space GmbH 2014-2018 provided under \
     COPERNICUS by the European Union and ESA; all rights reserved";

impl Resolution {
    /// The notice that whatever is made of the data must show (article 6 b of the licence).
    pub fn attribution(self) -> String {
        format!("produced using Copernicus WorldDEM-{} {OWNERS}", self.metres())
    }

    /// The sentence that goes with the data and what is made of them wherever they are given on (article 6 c).
    pub(crate) fn liability(self) -> String {
        format!(
            "The organisations in charge of the Copernicus programme by law or by delegation do not incur any \
             liability for any use of the Copernicus WorldDEM-{}",
            self.metres()
        )
    }

    /// What stands in ATTRIBUTION.txt.
    pub(crate) fn attribution_page(self) -> String {
        format!(
            "{self}, digital surface model (buildings and trees are part of the surface)\n\
             Heights: metres above the EGM2008 geoid. Positions: WGS-84.\n\n\
             The files of this folder are copies of the tiles as published:\n{OWNERS}.\n\n\
             Whatever is made of them must show:\n{}.\n\n\
             Whoever gives on the files, or what is made of them, must add:\n{}.\n\n\
             Licence: {LICENCE}\nTerms of the public copies: {REGISTER}\n",
            self.attribution(),
            self.liability()
        )
    }
}

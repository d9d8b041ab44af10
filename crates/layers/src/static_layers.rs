//! The layers that ship with the program, embedded in it.

use crate::local_roads::local_roads;
use crate::{Bridge, District, DroneRoute, LayerError, Road, Shelter, Township, Waters, read_roads};
use city::DistrictCode;

/// Everything of the city that stands still.
#[derive(Clone, Debug)]
pub struct StaticLayers {
    /// The 38 districts and counties, by code.
    pub districts: Vec<District>,
    /// The 1,031 townships, by code.
    pub townships: Vec<Township>,
    /// The rivers of the terrain.
    pub waters: Waters,
    /// Roads, most important first: the drawn ones, then the schematic county roads and local streets.
    pub roads: Vec<Road>,
    /// Named bridges.
    pub bridges: Vec<Bridge>,
    /// Emergency shelters (training data).
    pub shelters: Vec<Shelter>,
    /// Drone routes over Lijia.
    pub drone_routes: Vec<DroneRoute>,
}

impl StaticLayers {
    /// The layers that ship; the same on every call.
    pub fn shipped() -> Result<StaticLayers, LayerError> {
        let waters = Waters::shipped();
        let mut districts = District::read(include_str!("../../../assets/layers/districts.geojson"))
            .without_problems("districts.geojson")?;
        let mut townships = Township::read(include_str!("../../../assets/layers/townships.csv"))
            .without_problems("townships.csv")?;
        districts.sort_by_key(|district| district.code);
        townships.sort_by_key(|township| township.code);
        let bridges = Bridge::read(include_str!("../../../assets/layers/bridges.geojson"))
            .without_problems("bridges.geojson")?;
        let mut roads =
            read_roads(include_str!("../../../assets/layers/roads.csv")).without_problems("roads.csv")?;
        let schematic = local_roads(&districts, &townships, &mut roads, &waters);
        roads.extend(schematic);
        roads.sort_by_key(|road| road.class);
        let shelters = Shelter::read(include_str!("../../../assets/layers/shelters.geojson"))
            .without_problems("shelters.geojson")?;
        let drone_routes = DroneRoute::read(include_str!("../../../assets/layers/drone-routes.geojson"))
            .without_problems("drone-routes.geojson")?;
        Ok(StaticLayers { districts, townships, waters, roads, bridges, shelters, drone_routes })
    }

    /// The district with `code`.
    pub fn district(&self, code: DistrictCode) -> Option<&District> {
        let index = self.districts.binary_search_by_key(&code, |district| district.code).ok()?;
        self.districts.get(index)
    }

    /// The townships of the district with `code`.
    pub fn townships_of(&self, code: DistrictCode) -> &[Township] {
        let first = self.townships.partition_point(|township| township.code.district() < code);
        let last = self.townships.partition_point(|township| township.code.district() <= code);
        &self.townships[first..last]
    }

    /// The rivers of the terrain, their centrelines with width and level.
    pub fn rivers(&self) -> &'static [terrain::River] {
        self.waters.rivers()
    }
}

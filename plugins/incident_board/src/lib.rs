//! The duty officer's work place: incidents by urgency, what can be done about the selected one and by whom,
//! units, reports, feeds. Every panel is a function from a view to actions; [`systems`] alone knows the engine.
//! Deliberately absent: symbols on the map, sockets, rules (they are the city's).

mod action;
mod acts;
mod board;
mod bottom_strip;
mod close_form;
mod detail_parts;
mod incident_detail;
mod incident_list;
mod keys;
mod offered;
mod order;
mod paint;
mod panels;
mod report_form;
mod saying;
mod sent;
mod spans;
mod systems;
mod top_band;
mod unit_list;
mod view;
mod ways;

pub use systems::IncidentBoardPlugin;

#[cfg(test)]
mod tests;

//! Incidents, units and dispatch: panels and pictures.

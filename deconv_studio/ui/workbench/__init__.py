"""The parts of the Workbench: grids that show and edit numbers, and the pages that take a layer apart."""

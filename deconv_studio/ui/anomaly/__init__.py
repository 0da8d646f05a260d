"""Parts of the Anomaly panel: the heat over the canvas, the normal scores with the threshold, its jobs."""

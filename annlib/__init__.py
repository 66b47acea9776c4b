"""The small NumPy training library of The Crux of Deep Learning."""

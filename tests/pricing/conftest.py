from hypothesis import settings

# How long one example takes says more about the machine than about the engine.
settings.register_profile("pricing", deadline=None)
settings.load_profile("pricing")

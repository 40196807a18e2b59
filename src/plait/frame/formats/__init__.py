"""How days are written where Django's own way is not ours: English as in the United Kingdom. FORMAT_MODULE_PATH names this package."""

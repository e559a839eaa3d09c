from . import portal_installation

from . import portal, portal_contract

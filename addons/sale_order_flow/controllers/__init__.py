from . import portal, portal_contract, portal_letter

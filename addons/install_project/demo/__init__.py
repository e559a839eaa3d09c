from . import install_project_demo

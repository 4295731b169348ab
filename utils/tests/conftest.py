"""One BLAS thread per process: tests run side by side, and threads that wait for each other
make small matrix products many times slower. Kernels of notebooks inherit the setting.
"""

import os

from threadpoolctl import threadpool_limits  # comes with scikit-learn

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
threadpool_limits(1, user_api="blas")

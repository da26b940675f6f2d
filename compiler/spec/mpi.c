/* mpi.c: MPI for the cluster's jobs. */
#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

static const char *const implementation_words[] = { "openmpi", "mpich", "intelmpi", "mvapich", "none", NULL };
static const char *const launcher_words[] = { "pmix", "pmi2", "none", NULL };

/* clang-format off */
static const struct field mpi_fields[] = {
	{ .key = "implementation", AS_WORD(struct mpi, implementation, implementation_words), .def = "openmpi",
	  .doc = "The MPI that jobs are built with." },
	{ .key = "launcher", AS_WORD(struct mpi, launcher, launcher_words), .slurm = "MpiDefault",
	  .derived = "pmix for openmpi, none where the images' Slurm has no PMIx, pmi2 for the others",
	  .doc = "What `srun` speaks with MPI when `--mpi` is not given." },
	{ .key = "network", AS_TEXT(struct mpi, network), .check = check_name, .refers = "networks",
	  .doc = "The network that messages take." },
	{ .key = "ports", AS_TEXT(struct mpi, ports), .check = check_port_range, .slurm = "MpiParams", .prefix = "ports=",
	  .doc = "Ports kept for MPI's own start-up." },
	{ .key = "mca", AS_OPTIONS(struct mpi, mca), .check = check_env,
	  .doc = "Parameters of Open MPI for all jobs, such as `btl: tcp,self`. Those that choose interfaces are derived from `network`." },
	{ .key = "options", AS_OPTIONS(struct mpi, options), .check = check_slurm_key, .slurm_options = true,
	  .slurm_file = MPI_CONF, .doc = "Keys of mpi.conf. slurmctld and slurmd refuse them where the PMIx plugin is not installed." },
};
/* clang-format on */

const struct shape mpi_shape = {
	.name = "mpi",
	.doc = "MPI. A word alone is its implementation.",
	.size = sizeof(struct mpi),
	SHAPE_FIELDS(mpi_fields),
	.shorthand = "implementation",
};

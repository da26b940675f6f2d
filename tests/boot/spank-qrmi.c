/* Stands in for System E's SPANK plugin, which is the site's own: takes the path of its JSON as argument, as that does,
 * adds an option
 * --qpu to srun and sbatch, and tells the job's steps what it was given. Slurm's headers are not needed: what is used
 * of spank.h stands here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char plugin_name[] = "spank_qrmi";
const char plugin_type[] = "spank";
const unsigned int plugin_version = PLUGIN_VERSION;
const unsigned int spank_plugin_version = 1;

typedef struct spank_handle *spank_t;
struct spank_option {
	char *name, *arginfo, *usage;
	int has_arg, val;
	int (*cb)(int val, const char *optarg, int remote);
};
int spank_option_register(spank_t sp, struct spank_option *opt);
int spank_setenv(spank_t sp, const char *var, const char *val, int overwrite);
int spank_remote(spank_t sp);

static char qpu[256];

static int take(int val, const char *optarg, int remote)
{
	(void)val, (void)remote;
	snprintf(qpu, sizeof qpu, "%s", optarg ? optarg : "");
	return 0;
}

static struct spank_option option = { (char *)"qpu", (char *)"NAME", (char *)"a QPU of the plugin's JSON", 1, 0, take };

int slurm_spank_init(spank_t sp, int argc, char **argv);
int slurm_spank_task_init(spank_t sp, int argc, char **argv);

int slurm_spank_init(spank_t sp, int argc, char **argv)
{
	(void)argc, (void)argv;
	return spank_option_register(sp, &option);
}

/* In the task, on its node: is the resource one of the JSON's? */
int slurm_spank_task_init(spank_t sp, int argc, char **argv)
{
	static char json[65536], name[300];
	if (!*qpu || argc < 1)
		return 0;
	FILE *f = fopen(argv[0], "r");
	if (!f)
		return -1;
	json[fread(json, 1, sizeof json - 1, f)] = 0;
	fclose(f);
	snprintf(name, sizeof name, "\"%s\"", qpu);
	if (!strstr(json, name))
		return -1;
	return spank_setenv(sp, "SLURM_JOB_QPU_RESOURCES", qpu, 1);
}

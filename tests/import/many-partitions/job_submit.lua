-- Jobs without a partition that ask for much memory go to bigmem.
function slurm_job_submit(job_desc, part_list, submit_uid)
	if job_desc.partition == nil and job_desc.min_mem_per_cpu and job_desc.min_mem_per_cpu > 3800 then
		job_desc.partition = "bigmem"
	end
	return slurm.SUCCESS
end

function slurm_job_modify(job_desc, job_rec, part_list, modify_uid)
	return slurm.SUCCESS
end

return slurm.SUCCESS

# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of containers.sh: GRES, QOS, users, storage, a published port.

# The port that the spec publishes may be somebody's here.
cat >"$work/port.yaml" <<END
services:
  login:
    publish: ["127.0.0.1:$((20000 + $$ % 10000)):22"]
END

gres_is_counted()
{
    run srun -p quantum -N1 --gres=qpu:2 -t 1 sh -c 'scontrol -o show job $SLURM_JOB_ID' | grep -E 'gres(/|:)qpu[:=]2' >/dev/null
}
waits_for_it() { run squeue -h -j "$1" -o '%r' | grep -E 'Resources|Priority|ReqNodeNotAvail' >/dev/null; }
# Two have all there is on q1; the third waits, and runs when they end.
one_too_many_waits()
{
    local first third
    first=$(run sbatch --parsable -p quantum -w q1 --gres=qpu:2 -t 2 -o /dev/null --wrap 'sleep 60')
    poll 20 job_is "$first" RUNNING
    third=$(run sbatch --parsable -p quantum -w q1 --gres=qpu:1 -t 2 -o /dev/null --wrap 'true')
    # The scheduler has looked at it when it gives a reason.
    poll 30 waits_for_it "$third" || { run scancel "$first" "$third"; return 1; }
    job_is "$third" PENDING
    run scancel "$first"
    poll 40 job_is "$third" COMPLETED
}
more_than_any_is_refused() { ! run srun -p quantum -N1 --gres=qpu:3 -t 1 true; }
# DenyOnLimit: sbatch itself refuses what the QOS does not allow.
qos_is_enforced()
{
    run srun --qos=short -n2 -N1 -t 1 true
    local code=0
    run sbatch --qos=short -n4 -t 1 --wrap true >"$work/qos" 2>&1 || code=$?
    cat "$work/qos"
    [ "$code" != 0 ] && grep -qi 'QOS' "$work/qos"
}
# ben may not use QOS short; a user without an account may not run at all.
associations_are_enforced()
{
    ! cluster exec --user ben -- srun --qos=short -t 1 true
    cluster exec --user ben -- srun -t 1 true
}
users_have_their_numbers()
{
    [ "$(cluster exec --user ada --on c1 -- id -u)" = 2001 ]
    [ "$(cluster exec --user teacher --on q2 -- id -gn)" = course ]
}
storage_is_shared()
{
    cluster exec --user teacher --on login -- sh -c 'echo hello >/course/hello'
    [ "$(cluster exec --user ada --on c2 -- cat /course/hello)" = hello ]
    ! cluster exec --user ada --on c2 -- touch /course/no
    run srun -t 1 sh -c 'touch /scratch/$SLURM_JOB_ID && df -k /scratch | grep -q tmpfs'
}
port_leads_to_sshd() { timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$((20000 + $$ % 10000)); read -r -t 5 line <&3; echo \"\$line\"; case \$line in SSH-2*) ;; *) exit 1 ;; esac"; }
users_go_from_node_to_node() { [ "$(cluster exec --user ada --on c1 -- ssh -o BatchMode=yes c2 hostname)" = c2 ]; }
limits_hold()
{
    [ "$(docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.ShmSize}}' "$(container c1)")" = "$((1280 << 20)) $((256 << 20))" ]
    [ "$(inside c1 sh -c 'ulimit -n')" = 16384 ]
}

phase "build" build "$root/specs/classroom.yaml" "$work/port.yaml"
phase "up" up
check "every node idle" nodes_are idle 5
check "srun over all nodes of every partition" each_partition
check "GRES: a job gets its count" gres_is_counted
check "GRES: one too many waits" one_too_many_waits
check "GRES: more than any node has is refused" more_than_any_is_refused
check "a QOS limit is enforced" qos_is_enforced
check "associations are enforced" associations_are_enforced
check "users have their numbers everywhere" users_have_their_numbers
check "storage is shared, with its owner" storage_is_shared
check "a published port leads to sshd" port_leads_to_sshd
check "users go from node to node" users_go_from_node_to_node
check "limits reach the containers" limits_hold
check "verify full" verify_is_fine full
check "logs" logs_are_clean
phase "down --purge" cluster down --purge --yes
check "nothing is left" nothing_left

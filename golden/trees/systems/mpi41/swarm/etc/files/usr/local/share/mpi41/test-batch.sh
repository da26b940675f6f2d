#!/bin/sh
#SBATCH --partition=docker
#SBATCH --nodes=2
#SBATCH --ntasks=2
#SBATCH --ntasks-per-node=1
#SBATCH --output=res_%j.out
mpirun python3 -m mpi4py.bench helloworld

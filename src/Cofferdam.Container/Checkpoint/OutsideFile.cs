namespace Cofferdam.Containers.Checkpoint;

/// <summary>A file that a container holds open and that lies in none of its mounts.</summary>
/// <param name="Key">CRIU's name for it, "file[MOUNT:INODE]" in hexadecimal digits.</param>
/// <param name="Stream">Which standard stream of the container it was; -1 for /dev/null.</param>
internal readonly record struct OutsideFile(string Key, int Stream)
{
    public const int NullDevice = -1;
}

namespace Duramen.Cli.UserFiles;

/// <summary>A folder for one run of a command, which goes with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("duramen-").FullName;

    /// <summary>The path of a data folder in it, which does not exist yet.</summary>
    public string DataPath => Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);
}

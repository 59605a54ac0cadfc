namespace Duramen.Cli.UserFiles;

/// <summary>Looks at the files of a user's folder, without opening them.</summary>
internal static class FolderTree
{
    /// <summary>The files in a folder and below it, those excepted that are hidden, links or not to be seen by this user.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="most">How many to look at.</param>
    /// <returns>Path relative to the folder, size and time of the last change.</returns>
    public static IEnumerable<(string Path, long SizeBytes, DateTimeOffset Changed)> Files(string folder, int most)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint | FileAttributes.Device,
        };
        return new DirectoryInfo(folder).EnumerateFiles("*", options).Take(most)
            .Select(file => (Path.GetRelativePath(folder, file.FullName), file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)));
    }

    public static bool Exists(string folder) => Directory.Exists(folder);
}

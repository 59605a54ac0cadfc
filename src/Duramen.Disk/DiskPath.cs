using Duramen.Core.Errors;

namespace Duramen.Disk;

/// <summary>What every implementation demands of a path, so that a path that works on one disk works on all.</summary>
internal static class DiskPath
{
    /// <summary>A path must be absolute and free of NUL, which the system would take for its end.</summary>
    public static void Check(string path) =>
        Invariant.Holds(path.Length > 0 && path[0] == '/' && !path.Contains('\0'), $"'{path}' is an absolute path");

    /// <summary>The one spelling of a path: no '.', '..', double or trailing '/'.</summary>
    public static string Normalize(string path)
    {
        Check(path);
        string full = Path.GetFullPath(path);
        return full.Length > 1 && full[^1] == '/' ? full[..^1] : full;
    }

    /// <summary>The folder that holds a normal path's name; empty for the root itself.</summary>
    public static string FolderOf(string normalPath)
    {
        int slash = normalPath.LastIndexOf('/');
        return normalPath == "/" ? "" : slash == 0 ? "/" : normalPath[..slash];
    }

    /// <summary>The last name of a normal path.</summary>
    public static string NameOf(string normalPath) => normalPath[(normalPath.LastIndexOf('/') + 1)..];

    /// <summary>A name inside a folder.</summary>
    public static string Join(string folder, string name) => folder == "/" ? "/" + name : folder + "/" + name;
}

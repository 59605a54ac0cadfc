namespace Duramen.Cli.UserFiles;

/// <summary>Looks for programs where a shell does.</summary>
internal static class ProgramFiles
{
    /// <summary>The file of a program in one of the folders of PATH; null when none has it.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}

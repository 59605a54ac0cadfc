using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>A git repository that a test makes; each commit is a minute after the one before.</summary>
internal sealed class GitRepository
{
    private DateTimeOffset _now = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public GitRepository(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        Git("init", "--quiet", "--initial-branch", "main");
    }

    public string Folder { get; }

    /// <summary>Writes files, null for those to be deleted, and commits them.</summary>
    public void Commit(string subject, params (string Path, string? Content)[] files)
    {
        foreach ((string path, string? content) in files)
        {
            string full = Path.Combine(Folder, path);
            if (content is null)
            {
                File.Delete(full);
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                File.WriteAllText(full, content);
            }
        }

        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "--message", subject);
    }

    /// <summary>The files of the last commit, in the order of their names.</summary>
    public string[] Files() => Git("ls-tree", "-r", "-z", "--name-only", "HEAD").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What git says of a repository, which it leaves as it is.</summary>
    public static string Ask(string folder, params string[] arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true })!;
        string output = git.StandardOutput.ReadToEnd();
        Executable.End(git);
        Assert.Equal(0, git.ExitCode);
        return output;
    }

    public string Git(params string[] arguments) => Git(0, arguments);

    /// <summary>Runs git and expects an exit code.</summary>
    public string Git(int exitCode, params string[] arguments)
    {
        _now = _now.AddMinutes(1);
        string date = _now.ToString("O", CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("git", ["-C", Folder, .. arguments]) { RedirectStandardOutput = true };
        foreach ((string name, string value) in new[]
        {
            ("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.org"), ("GIT_AUTHOR_DATE", date),
            ("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.org"), ("GIT_COMMITTER_DATE", date),
            ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null"),
        })
        {
            start.Environment[name] = value;
        }

        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        Executable.End(git);
        Assert.Equal(exitCode, git.ExitCode);
        return output;
    }
}

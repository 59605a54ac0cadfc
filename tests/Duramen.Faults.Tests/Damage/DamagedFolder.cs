using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Simulated;

namespace Duramen.Faults.Tests.Damage;

/// <summary>A folder with something of everything, made once and copied for each damage.</summary>
internal static class DamagedFolder
{
    /// <summary>Rolls, large appends, an index, two logs; ended in order, or killed with a part of it in the journal only.</summary>
    public static async Task<TestFolder> MakeAsync(bool isKilled)
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one", 40_000);
        await folder.CreateAsync("two", 12_000);
        await AppendAsync(folder, 24);
        folder.Open.Checkpoint();
        await AppendAsync(folder, 9);
        await EndAsync(folder, isKilled);
        return folder;
    }

    public static async Task AppendAsync(TestFolder folder, int appends)
    {
        for (int append = 0; append < appends; append++)
        {
            await folder.AppendAsync(append % 3 == 0 ? "two" : "one", append % 6 == 5 ? 9000 : 200 + (append * 97));
        }
    }

    public static async Task EndAsync(TestFolder folder, bool isKilled)
    {
        if (isKilled)
        {
            await folder.KillAsync();
        }
        else
        {
            await folder.Open.DisposeAsync();
            folder.Disk.ProcessKill();
        }
    }

    /// <summary>The same folder on a disk of its own.</summary>
    public static TestFolder CopyOf(TestFolder folder)
    {
        var copy = new TestFolder(folder.Disk.Copy());
        copy.Remember(folder);
        return copy;
    }

    /// <summary>What a file is, for messages and for choosing: its name without what differs between logs and segments.</summary>
    public static string KindOf(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return path.Contains("/logs/", StringComparison.Ordinal) ? name[name.LastIndexOf('.')..] : name;
    }

    public static string[] Files(SimulatedDisk disk) => [.. disk.AllFiles().Where(path => !path.EndsWith("/lock", StringComparison.Ordinal))];
}

using System.Text;
using Duramen.Cli.Clients;
using Duramen.Cli.UserFiles;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Quickstart;

/// <summary>Commands on the quickstart's topic as one types them into a shell: for this program as it was called, and for this server.</summary>
internal sealed class ShellCommands(string bootstrap, string? http)
{
    // How ./duramen was called, which becomes this program.
    private const string CalledAs = "DURAMEN_CALLED_AS";
    private const string Topic = HistoryTopic.Name;

    private readonly string _program = Environment.GetEnvironmentVariable(CalledAs) is { Length: > 0 } called ? Quote(called)
        : ProgramFiles.Find("duramen") == Environment.ProcessPath || Environment.ProcessPath is null ? "duramen" : Quote(Environment.ProcessPath);

    public string Scan() => Duramen($"table scan {Topic}");

    public string Scan(Moment asOf) => Duramen($"table scan {Topic}", $"--as-of {asOf}");

    public string Diff(Moment from) => Duramen($"table diff {Topic} {from} end");

    public string History(byte[] path) => Duramen($"table history {Topic}", path: path);

    /// <summary>What else there is to see, with what it does. Programs that are not here are not named.</summary>
    public IReadOnlyList<(string Command, string Does)> Next(byte[] path, Moment asOf, string asOfTime)
    {
        List<(string, string)> commands =
        [
            (Duramen($"table get {Topic}", $"--as-of {asOf}", path), "the file as it was then"),
            (Duramen($"table scan {Topic} --as-of {asOfTime} --output json"), "the files at a time"),
            (Duramen($"consume {Topic} --from {asOf} --count 3 --output json"), "the records as they are, with the header that says why"),
            (Duramen($"audit {Topic}", path: path), "who wrote each version"),
            (Duramen($"audit seal {Topic}"), "one hash for all of the history"),
        ];
        if (ProgramFiles.Find("kcat") is not null)
        {
            commands.Add(($"kcat -b {bootstrap} -C -t {Topic} -o -3 -e -q -f '%o %k %s\\n'", "the last records, with another client"));
        }

        if (http is not null && ProgramFiles.Find("curl") is not null)
        {
            commands.Add(($"curl -s http://{http}/metrics", "how the server is"));
        }

        return commands;
    }

    // A path that begins with a dash would be taken for an option, and goes behind two of them.
    private string Duramen(string command, string options = "", byte[]? path = null)
    {
        string key = path is null ? "" : Encoding.UTF8.GetString(path);
        bool isLast = key.StartsWith('-');
        string?[] words =
        [
            _program, command, path is null || isLast ? null : Quote(key), options, bootstrap == ClientSession.DefaultBootstrap ? null : $"--bootstrap {bootstrap}", isLast ? $"-- {Quote(key)}" : null,
        ];
        return string.Join(' ', words.Where(word => !string.IsNullOrEmpty(word)));
    }

    private static string Quote(string text) =>
        text.All(character => char.IsAsciiLetterOrDigit(character) || "/._-+:@%".Contains(character, StringComparison.Ordinal)) ? text
        : "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Duramen.Kafka.Tests.Frames;

namespace Duramen.Kafka.Tests.Golden;

/// <summary>A frame that was written by hand, with what each of its bytes says.</summary>
/// <param name="Target">The message and its version.</param>
/// <param name="Bytes">The frame, size and header included.</param>
/// <param name="Lines">What it says, line by line: size and header first, then as <see cref="MessageText"/> has it.</param>
internal sealed partial record GoldenFrame(MessageVersion Target, byte[] Bytes, List<string> Lines)
{
    /// <summary>Every frame in the files of this folder.</summary>
    public static IReadOnlyList<GoldenFrame> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "tests/Duramen.Kafka.Tests/Golden"), "*.txt").Order(StringComparer.Ordinal).SelectMany(Load)];

    /// <inheritdoc/>
    public override string ToString() => Target.ToString();

    private static List<GoldenFrame> Load(string file)
    {
        var frames = new List<GoldenFrame>();
        var bytes = new List<byte>();
        foreach (string line in File.ReadAllLines(file))
        {
            if (Title().Match(line) is { Success: true } title)
            {
                Finish(frames, bytes);
                var target = new MessageVersion(
                    MessageVersion.Named(title.Groups["name"].Value), short.Parse(title.Groups["version"].Value, CultureInfo.InvariantCulture));
                frames.Add(new(target, [], []));
            }
            else if (line.Length > 0 && !line.StartsWith(';'))
            {
                string[] parts = line.Split(';', 2, StringSplitOptions.TrimEntries);
                foreach (Match match in Piece().Matches(parts[0]))
                {
                    bytes.AddRange(match.Groups["text"].Success ? Encoding.ASCII.GetBytes(match.Groups["text"].Value) : Convert.FromHexString(match.Value));
                }

                if (!parts[1].StartsWith('('))
                {
                    frames[^1].Lines.Add(parts[1]);
                }
            }
        }

        Finish(frames, bytes);
        return frames;
    }

    private static void Finish(List<GoldenFrame> frames, List<byte> bytes)
    {
        if (frames.Count > 0)
        {
            frames[^1] = frames[^1] with { Bytes = [.. bytes] };
        }

        bytes.Clear();
    }

    [GeneratedRegex(@"^== (?<name>\w+) (?<version>\d+)(:|$)")]
    private static partial Regex Title();

    [GeneratedRegex("\"(?<text>[^\"]*)\"|[0-9A-F]{2}")]
    private static partial Regex Piece();
}

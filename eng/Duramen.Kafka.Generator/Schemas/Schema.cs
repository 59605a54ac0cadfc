using System.Globalization;

namespace Duramen.Kafka.Generator.Schemas;

/// <summary>The whole schema: a folder with a file for each API, one for the errors, and one for what fields mean that many APIs have.</summary>
internal sealed class Schema
{
    /// <summary>The file with the errors of the protocol.</summary>
    public const string ErrorsFile = "errors.txt";

    /// <summary>The file with the meanings of common fields.</summary>
    public const string FieldsFile = "fields.txt";

    private Schema(IReadOnlyList<Api> apis, IReadOnlyList<ProtocolError> errors)
    {
        Apis = apis;
        Errors = errors;
    }

    /// <summary>Every API, by number.</summary>
    public IReadOnlyList<Api> Apis { get; }

    /// <summary>Every error, by number.</summary>
    public IReadOnlyList<ProtocolError> Errors { get; }

    /// <summary>Reads the folder.</summary>
    /// <exception cref="FormatException">A file is wrong; the message names file and line.</exception>
    public static Schema Load(string folder)
    {
        Dictionary<string, string> meanings = Meanings(Path.Combine(folder, FieldsFile));
        var apis = Directory.EnumerateFiles(folder, "*.txt")
            .Where(file => Path.GetFileName(file) is not (ErrorsFile or FieldsFile))
            .Order(StringComparer.Ordinal)
            .Select(file => new ApiFileReader(Path.GetFileName(file), File.ReadAllLines(file), meanings).Read())
            .OrderBy(api => api.Key)
            .ToList();
        foreach (IGrouping<int, Api> same in apis.GroupBy(api => api.Key).Where(group => group.Count() > 1))
        {
            throw new FormatException($"{string.Join(" and ", same.Select(api => api.Name))} have the same number, {same.Key}");
        }

        return new(apis, ReadErrors(Path.Combine(folder, ErrorsFile)));
    }

    private static Dictionary<string, string> Meanings(string file)
    {
        var meanings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string[] words, string line) in Lines(file))
        {
            meanings[words[0]] = line[words[0].Length..].Trim();
        }

        return meanings;
    }

    private static List<ProtocolError> ReadErrors(string file)
    {
        var errors = new List<ProtocolError>();
        foreach ((string[] words, string line) in Lines(file))
        {
            if (words.Length < 4 || !int.TryParse(words[0], CultureInfo.InvariantCulture, out int number) || words[2] is not ("retry" or "final"))
            {
                throw new FormatException($"{ErrorsFile}: '{line}' is not NUMBER NAME retry|final TEXT");
            }

            int text = line.IndexOf(words[2], line.IndexOf(words[1], StringComparison.Ordinal) + words[1].Length, StringComparison.Ordinal) + words[2].Length;
            errors.Add(new(number, words[1], words[2] == "retry", line[text..].Trim()));
        }

        return [.. errors.OrderBy(error => error.Number)];
    }

    private static IEnumerable<(string[] Words, string Line)> Lines(string file) =>
        from line in File.ReadAllLines(file)
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where words.Length > 0 && !line.StartsWith('#')
        select (words, line.Trim());
}

using Duramen.Kafka.Generator.Code;
using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Generator;

/// <summary>All that is generated from the schema: which file of the repository, and what must be in it.</summary>
internal static class GeneratedFiles
{
    /// <summary>Where the schema is, from the root of the repository.</summary>
    public const string SchemaFolder = "src/Duramen.Kafka/Schema";

    private const string ProjectFolder = "src/Duramen.Kafka";
    private const string MessagesFolder = ProjectFolder + "/Messages";
    private const string Document = "docs/protocol.md";

    /// <summary>The content of every generated file, by its path from the root.</summary>
    /// <exception cref="FormatException">A schema file is wrong; the message names file and line.</exception>
    public static SortedDictionary<string, string> Make(string root)
    {
        Schema schema = Schema.Load(Path.Combine(root, SchemaFolder));
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ProjectFolder + "/ApiKey.g.cs"] = ApiCode.Keys(schema),
            [ProjectFolder + "/KafkaApis.g.cs"] = ApiCode.Table(schema),
            [ProjectFolder + "/KafkaError.g.cs"] = ErrorCode.Numbers(schema),
            [ProjectFolder + "/KafkaErrors.g.cs"] = ErrorCode.Table(schema),
        };
        foreach (Message message in schema.Apis.SelectMany(api => new[] { api.Request, api.Response }))
        {
            files[$"{MessagesFolder}/{message.Name}.g.cs"] = MessageCode.Of(message);
        }

        string document = Path.Combine(root, Document);
        if (File.Exists(document))
        {
            files[Document] = ApiDocument.WithTable(File.ReadAllText(document), schema);
        }

        return files;
    }

    /// <summary>The generated files that are there now, by their path from the root.</summary>
    public static IEnumerable<string> Present(string root) =>
        Directory.EnumerateFiles(Path.Combine(root, ProjectFolder), "*.g.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'));

    /// <summary>Brings the repository up to date and says how many files that changed.</summary>
    public static int Write(string root)
    {
        SortedDictionary<string, string> files = Make(root);
        int changed = 0;
        foreach ((string path, string content) in files)
        {
            string file = Path.Combine(root, path);
            if (!File.Exists(file) || File.ReadAllText(file) != content)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, content);
                changed++;
            }
        }

        foreach (string stale in Present(root).Where(path => !files.ContainsKey(path)).ToList())
        {
            File.Delete(Path.Combine(root, stale));
            changed++;
        }

        return changed;
    }
}

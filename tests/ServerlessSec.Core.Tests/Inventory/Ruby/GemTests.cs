namespace ServerlessSec.Inventory.Ruby;

public class GemTests
{
    private const string Folder = "vendor/bundle/ruby/3.2.0/specifications/";

    private const string Lock = """
        GIT
          remote: https://example.com/git.git
          revision: 0123
          specs:
            git (0.3.0)
              rack

        PATH
          remote: .
          specs:
            own (0.1.0)

        GEM
          remote: https://gems.example.com/
          specs:
            nokogiri (1.19.3-aarch64-linux-gnu)
              racc (~> 1.4)
            nokogiri (1.19.3-x86_64-linux-gnu)
              racc (~> 1.4)
            racc (1.8.1)
            rack (2.2.3.pre.1)

        PLATFORMS
          x86_64-linux-gnu

        DEPENDENCIES
          git!
          nokogiri (= 1.19.3)
          own!

        BUNDLED WITH
           2.6.9
        """;

    [Theory, InlineData("Gemfile.lock"), InlineData("app/gems.locked")]
    public void Reads_what_Bundler_locks_without_platforms(string path)
    {
        var inventory = Read.Package(("handler.rb", ""), ("Gemfile", ""), (path, Lock));

        Assert.Equal(["pkg:gem/git@0.3.0", "pkg:gem/nokogiri@1.19.3", "pkg:gem/racc@1.8.1", "pkg:gem/rack@2.2.3.pre.1"], inventory.Purls());
        Assert.Equal(["pkg:gem/racc@1.8.1"], inventory.Only("nokogiri").DependsOn);
        Assert.Equal((Relation.Direct, Relation.Transitive), (inventory.Only("nokogiri").Relation, inventory.Only("racc").Relation));
        Assert.Equal("RubyGems", inventory.Only("rack").Ecosystem);
    }

    [Fact]
    public void Installed_gems_are_the_truth()
    {
        var inventory = Read.Package(
            ("handler.rb", ""),
            ("Gemfile.lock", Lock),
            (Folder + "nokogiri-1.15.4-x86_64-linux.gemspec", """
                # -*- encoding: utf-8 -*-
                # stub: nokogiri 1.15.4 x86_64-linux lib

                Gem::Specification.new do |s|
                  s.licenses = ["MIT".freeze, "Ruby".freeze]
                  s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4".freeze])
                  s.add_development_dependency(%q<rack>.freeze, [">= 0".freeze])
                end
                """),
            (Folder + "racc-1.8.1.gemspec", "Gem::Specification.new do |s|\nend\n"),
            (Folder + "default/json-2.6.3.gemspec", "# stub: json 2.6.3 ruby lib\n"),
            ("vendor/bundle/ruby/3.2.0/gems/rack-2.2.3/rack.gemspec", "Gem::Specification.new\n"),
            ("vendor/bundle/ruby/3.2.0/gems/rack-2.2.3/Gemfile.lock", Lock));

        Assert.Equal(["pkg:gem/json@2.6.3", "pkg:gem/nokogiri@1.15.4", "pkg:gem/racc@1.8.1"], inventory.Purls());
        Assert.Equal(["MIT", "Ruby"], inventory.Only("nokogiri").Licences);
        Assert.Equal(["pkg:gem/racc@1.8.1"], inventory.Only("nokogiri").DependsOn);
        Assert.Equal(new Occurrence(Folder + "racc-1.8.1.gemspec", null, OccurrenceKind.Installed, "ruby-gem"), Assert.Single(inventory.Only("racc").Occurrences));
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void Gems_of_git_repositories_are_installed_too()
    {
        const string Ruby = "vendor/bundle/ruby/3.2.0/";
        var inventory = Read.Package(
            ("handler.rb", ""),
            (Folder + "default/json-2.6.3.gemspec", "# stub: json 2.6.3 ruby lib\n"),
            (Ruby + "bundler/gems/house-0123456789ab/house.gemspec", "# stub: house 0.4.2 ruby lib\n  s.add_runtime_dependency(%q<json>.freeze, [])\n"),
            (Ruby + "bundler/gems/house-0123456789ab/parts/door/door.gemspec", "# stub: door 1.0.0 ruby lib\n"),
            (Ruby + "bundler/gems/house-0123456789ab/parts/door/example.gemspec", "Gem::Specification.new\n"),
            (Ruby + "bundler/gems/house-0123456789ab/lib/house.rb", ""));

        Assert.Equal(["pkg:gem/door@1.0.0", "pkg:gem/house@0.4.2", "pkg:gem/json@2.6.3"], inventory.Purls());
        Assert.Equal(["pkg:gem/json@2.6.3"], inventory.Only("house").DependsOn);
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("Gemfile.lock", "", "gem-lock")]
    [InlineData("Gemfile.lock", "source 'https://gems.example.com'", "gem-lock")]
    [InlineData("Gemfile.lock", "GEM\n<<<<<<< HEAD\n", "gem-lock")]
    [InlineData(Folder + "nothing.gemspec", "", "ruby-gem")]
    [InlineData("vendor/bundle/ruby/3.2.0/bundler/gems/house-0123/house.gemspec", "Gem::Specification.new\n", "ruby-gem")]
    public void Malformed_files_are_gaps(string path, string text, string cataloger)
    {
        var gap = Assert.Single(Read.Package(("handler.rb", ""), (path, text)).Gaps);

        Assert.Equal((GapKind.Unread, path, cataloger), (gap.Kind, gap.Scope.Path, gap.Scope.Cataloger));
    }
}
